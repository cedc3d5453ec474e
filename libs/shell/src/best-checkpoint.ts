import type { BestFigure, NoticeOf, RunNotice } from '@lockstep/metrics';
import { monitorLabel } from '@lockstep/nn';
import type { Trainer } from './trainer.ts';

export interface BestCheckpointSetup {
  /** Writes it, whole or not at all; rejects with an error for people. */
  save(bytes: Uint8Array): Promise<string>;
  notify(notice: RunNotice): void;
  /** The best one so far was not written. */
  fail(step: number, error: string): void;
  /** Where the best one of the starts before lies; left out where there is none. */
  readonly file?: string | undefined;
}

/** The checkpoint of a run's best evaluation: what could not be written is tried again until a better one takes its place. */
export class BestCheckpoint {
  readonly #setup: BestCheckpointSetup;
  #unwritten: { readonly bytes: Uint8Array; readonly best: BestFigure } | undefined;
  #flushed: Promise<void> = Promise.resolve();
  /** Where it lies. */
  file: string | undefined;

  constructor(setup: BestCheckpointSetup) {
    this.#setup = setup;
    this.file = setup.file;
  }

  take(bytes: Uint8Array, best: BestFigure): void {
    this.#unwritten = { bytes, best };
  }

  get isWaiting(): boolean {
    return this.#unwritten !== undefined;
  }

  /** Writes what is not yet written. Never rejects. */
  flush(): Promise<void> {
    this.#flushed = this.#flushed.then(() => this.#write());
    return this.#flushed;
  }

  async #write(): Promise<void> {
    const { save, notify, fail } = this.#setup;
    const taken = this.#unwritten;
    if (taken === undefined) return;
    try {
      this.file = await save(taken.bytes);
      notify({ type: 'best', ...taken.best, file: this.file });
      if (this.#unwritten === taken) this.#unwritten = undefined;
    } catch (error) {
      fail(taken.best.step, (error as Error).message);
    }
  }

  /** What the end of a run says of it; nothing where none is kept. */
  ofAll({ steering, config }: Pick<Trainer, 'steering' | 'config'>): Pick<NoticeOf<'finished'>, 'best'> {
    const { kept } = steering;
    if (kept === undefined || config.steering === undefined) return {};
    return { best: { ...kept, monitor: monitorLabel(config.steering), file: this.file ?? null } };
  }
}
