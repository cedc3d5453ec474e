import type { JournalEntry } from '@lockstep/journal';

/** What is known of the workers of a run. */
export interface FairnessFacts {
  /** The name of the worker with that connection. */
  nameOf(worker: string): string | undefined;
  isHonest(name: string): boolean;
  /** Whether something is wrong with it, or with the coordinator, or was within so many microseconds. */
  isWrongWith(name: string, within: number): boolean;
  fail(text: string): void;
}

/** A worker may be silent for so long after something was wrong with it: its dead connection is noticed, its new one is made. */
const SILENCE_MICROS = 5_000_000;

/** A lease as the journal notes it. */
interface LeaseNote {
  readonly worker: string;
  readonly firstLeaf: number;
  readonly leafCount: number;
  readonly deadlineMicros: number;
}

/** What the coordinator must not do to a worker that did nothing wrong. */
export class FairnessWatch {
  readonly #facts: FairnessFacts;
  /** When each lease of the newest step may expire, in virtual microseconds. */
  readonly #deadlines = new Map<string, number>();

  constructor(facts: FairnessFacts) {
    this.#facts = facts;
  }

  /** Takes a line of the coordinator's journal, written at `now`. */
  take(entry: JournalEntry, now: number): void {
    switch (entry.type) {
      case 'started':
      case 'step-started':
        return this.#deadlines.clear();
      case 'spans-leased':
        for (const lease of entry['leases'] as readonly LeaseNote[]) {
          this.#deadlines.set(keyOf(lease.worker, lease), now + lease.deadlineMicros);
        }
        return;
      case 'lease-expired':
        return this.#onExpired(entry, now);
      case 'worker-silent':
        return this.#onSilent(entry);
      case 'worker-struck':
        return this.#onStruck(entry);
      case 'contribution-mismatch':
        return this.#onMismatch(entry);
    }
  }

  /** A worker that is back before its old connection is given up is told apart from itself: "w1 (2)". */
  #nameOf(worker: unknown): string | undefined {
    return this.#facts.nameOf(worker as string)?.replace(/ \(\d+\)$/, '');
  }

  #onExpired(entry: JournalEntry, now: number): void {
    const deadline = this.#deadlines.get(keyOf(entry['worker'] as string, entry['span'] as LeaseNote));
    if (deadline === undefined || now >= deadline) return;
    this.#facts.fail(`a lease expired ${(deadline - now) / 1e6} s before its deadline`);
  }

  #onSilent(entry: JournalEntry): void {
    const name = this.#nameOf(entry['worker']);
    if (name === undefined || this.#facts.isWrongWith(name, SILENCE_MICROS)) return;
    this.#facts.fail(`${name} was dropped as silent, and nothing was wrong with it`);
  }

  #onStruck(entry: JournalEntry): void {
    const name = this.#nameOf(entry['worker']);
    if (name === undefined || !this.#facts.isHonest(name)) return;
    this.#facts.fail(`${name}, which is honest, was struck for ${entry['cause'] as string}`);
  }

  #onMismatch(entry: JournalEntry): void {
    const names = ['first', 'second'].map((which) => this.#nameOf(entry[which]));
    if (!names.every((name) => name !== undefined && this.#facts.isHonest(name))) return;
    this.#facts.fail(`${names.join(' and ')}, both honest, gave different bits for one span`);
  }
}

const keyOf = (
  worker: string,
  { firstLeaf, leafCount }: Omit<LeaseNote, 'worker' | 'deadlineMicros'>,
): string => `${worker}:${firstLeaf}+${leafCount}`;
