import type { WorkerNotice } from '@lockstep/worker';
import type { Progress } from '../messages.ts';

type Computed = Omit<Extract<WorkerNotice, { type: 'span-computed' }>, 'type'>;

/** A page can show no more, and a message for each of thousands of spans a second would keep it from anything else. */
const REPORT_EVERY_MS = 100;

/** Counts what this tab computed and reports it a few times a second. */
export class ProgressMeter {
  readonly #report: (progress: Progress) => void;
  #progress: Progress = { step: 0, spanCount: 0, checkCount: 0, rowCount: 0, loss: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(report: (progress: Progress) => void) {
    this.#report = report;
  }

  onSpan({ step, purpose, rowCount, lossSum }: Computed): void {
    const before = this.#progress;
    this.#progress = {
      step,
      spanCount: before.spanCount + 1,
      checkCount: before.checkCount + (purpose === 'check' ? 1 : 0),
      rowCount: before.rowCount + rowCount,
      loss: lossSum / rowCount,
    };
    this.#timer ??= setTimeout(() => this.flush(), REPORT_EVERY_MS);
  }

  /** Reports now what was not reported yet. */
  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#report(this.#progress);
  }
}
