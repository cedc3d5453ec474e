import { factOf, type RunFact, type RunNotice, type RunRecord, type RunView } from '@lockstep/metrics';
import type { JournalSink } from '@lockstep/shell';

/** Brings what happens in a run to its journal and to those who watch it. */
export class RunFeed implements JournalSink {
  readonly #journal: JournalSink;
  readonly #view: RunView;

  constructor(journal: JournalSink, view: RunView) {
    this.#journal = journal;
    this.#view = view;
  }

  append(entry: object): void {
    this.#journal.append(entry);
    this.#view.apply({ ...entry, at: unixMillis() } as RunRecord);
  }

  /** For the eyes alone. */
  watch(fact: RunFact): void {
    this.#view.apply({ ...fact, at: unixMillis() });
  }

  note(notice: RunNotice): void {
    const fact = factOf(notice);
    if (fact !== undefined) this.watch(fact);
  }
}

/** Milliseconds since the Unix epoch, to the microsecond; never backwards, whatever is done to the wall clock. */
export const unixMillis = (): number =>
  Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
