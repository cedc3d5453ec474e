import { isNode, spanKey, type Span } from '@lockstep/data';
import { numberOf, spanOf, textOf, type JournalEntry } from './entry.ts';

/** What a journal says of a step in flight: who was given which span, and which leaves were applied. */
export class StepRecord {
  readonly step: number;
  readonly #leafCount: number;
  /** Accepted contributions that cover each leaf. */
  readonly #covers: Uint8Array;
  /** Leases written down, as worker and span; undefined where the journal does not hold them. */
  #leases: Set<string> | undefined;

  constructor(step: number, leafCount: number) {
    this.step = step;
    this.#leafCount = leafCount > 0 ? leafCount : 0;
    this.#covers = new Uint8Array(this.#leafCount);
  }

  /** Takes a line about spans that were leased. */
  lease(entry: JournalEntry): void {
    if (numberOf(entry, 'step') !== this.step || !Array.isArray(entry['leases'])) return;
    this.#leases ??= new Set();
    for (const lease of entry['leases'] as (Span & { readonly worker: string })[]) {
      this.#leases.add(`${lease.worker}:${spanKey(lease)}`);
    }
  }

  /** Takes a contribution that was accepted. @returns what is wrong with that */
  accept(entry: JournalEntry): string | undefined {
    const span = spanOf(entry);
    const worker = textOf(entry, 'worker');
    const what = `worker ${worker}'s ${spanKey(span)} of step ${numberOf(entry, 'step')}`;
    if (numberOf(entry, 'step') !== this.step) return `${what} was accepted in step ${this.step}`;
    if (!isNode(span, this.#leafCount)) return `${what} was accepted, which is no part of its tree`;
    if (this.#leases?.has(`${worker}:${spanKey(span)}`) === false) {
      return `${what} was accepted, which it was not given`;
    }
    for (let leaf = span.firstLeaf; leaf < span.firstLeaf + span.leafCount; leaf++) {
      const covers = ++this.#covers[leaf]!;
      if (covers > 1) return `${what} was accepted, and leaf ${leaf} was applied already`;
    }
    return undefined;
  }

  /** Why the step cannot be committed; undefined when every leaf was applied. */
  faultOfCoverage(): string | undefined {
    const missing = this.#covers.indexOf(0);
    if (missing < 0 && this.#leafCount > 0) return undefined;
    return `step ${this.step} was committed without its leaf ${Math.max(missing, 0)}`;
  }
}
