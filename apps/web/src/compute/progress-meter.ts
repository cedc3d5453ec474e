import type { Progress } from '../messages.ts';

/** A page can show no more, and a message for each of thousands of spans a second would keep it from anything else. */
const REPORT_EVERY_MS = 100;

/** Counts what this tab computed and reports it a few times a second. */
export class ProgressMeter {
  readonly #report: (progress: Progress) => void;
  #progress: Progress = { step: 0, spanCount: 0, rowCount: 0, loss: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(report: (progress: Progress) => void) {
    this.#report = report;
  }

  /** @param lossSum the sum of the span's losses over its `rowCount` rows */
  onSpan(step: number, rowCount: number, lossSum: number): void {
    const { spanCount, rowCount: before } = this.#progress;
    this.#progress = {
      step,
      spanCount: spanCount + 1,
      rowCount: before + rowCount,
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
