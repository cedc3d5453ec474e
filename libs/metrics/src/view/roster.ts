import type { RunFact } from './record.ts';
import type { WorkerPicture, WorkerState } from './picture.ts';

type Joined = Extract<RunFact, { type: 'worker-joined' }>;

/** Workers that left and are still shown. */
const LEFT_SHOWN = 40;
/** How quickly a shown rate follows the measured one: about so many seconds count. */
const RATE_SECONDS = 3;
/** A new latency counts for one part in this many. */
const LATENCY_MEMORY = 8;

/** A worker as the view follows it. */
export interface RosterEntry {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly engine: string;
  readonly backend: string;
  readonly threads: number;
  readonly slot: number;
  isActive: boolean;
  hasLeft: boolean;
  rows: number;
  spans: number;
  rowsSinceSample: number;
  rowsPerSecond: number;
  latencyMs: number;
  lastVerdict: string;
  strikes: number;
}

/** Who takes part in a run and who did. */
export class Roster {
  readonly #present = new Map<string, RosterEntry>();
  #left: RosterEntry[] = [];
  readonly #slotOfName = new Map<string, number>();
  seen = 0;

  /** Workers that are there. */
  get size(): number {
    return this.#present.size;
  }

  join({ worker, name, kind, engine, backend, threads }: Joined): RosterEntry {
    // Who comes back under its name goes on with its count and its colour.
    const before = this.#left.find((entry) => entry.name === name);
    this.#left = this.#left.filter((entry) => entry !== before);
    if (before === undefined) this.seen++;
    const entry: RosterEntry = {
      ...{ id: worker, name, kind, engine, backend, threads, slot: this.#slotFor(name) },
      ...{ isActive: false, hasLeft: false, rowsSinceSample: 0, rowsPerSecond: 0, latencyMs: 0 },
      ...{ rows: before?.rows ?? 0, spans: before?.spans ?? 0, lastVerdict: '', strikes: 0 },
    };
    this.#present.set(worker, entry);
    return entry;
  }

  leave(worker: string): RosterEntry | undefined {
    const entry = this.#present.get(worker);
    if (entry === undefined) return undefined;
    this.#present.delete(worker);
    entry.hasLeft = true;
    entry.rowsPerSecond = 0;
    this.#left = [entry, ...this.#left].slice(0, LEFT_SHOWN);
    return entry;
  }

  /** Takes up the workers of a run from before: none of them is there. */
  recall(pictures: readonly WorkerPicture[], seen: number): void {
    this.#left = pictures.map(({ state: _, ...picture }) => ({
      ...picture,
      ...{ isActive: false, hasLeft: true, rowsSinceSample: 0, rowsPerSecond: 0 },
    }));
    this.#slotOfName.clear();
    for (const { name, slot } of pictures) this.#slotOfName.set(name, slot);
    this.seen = seen;
  }

  /** All that were there have lost their coordinator. */
  clear(): void {
    for (const id of [...this.#present.keys()]) this.leave(id);
  }

  find(worker: string): RosterEntry | undefined {
    return this.#present.get(worker);
  }

  nameOf(worker: string): string {
    const entry = this.#present.get(worker) ?? this.#left.find(({ id }) => id === worker);
    return entry?.name ?? `worker ${worker}`;
  }

  answered(worker: string, rowCount: number): void {
    const entry = this.#present.get(worker);
    if (entry === undefined) return;
    entry.isActive = true;
    entry.rows += rowCount;
    entry.rowsSinceSample += rowCount;
    entry.spans++;
  }

  latency(worker: string, ms: number): void {
    const entry = this.#present.get(worker);
    if (entry === undefined) return;
    entry.latencyMs += (ms - entry.latencyMs) / (entry.latencyMs === 0 ? 1 : LATENCY_MEMORY);
  }

  /** Brings the rates up to date; `seconds` passed since the last time. */
  sample(seconds: number): void {
    const weight = Math.min(1, seconds / RATE_SECONDS);
    for (const entry of this.#present.values()) {
      const rate = entry.rowsSinceSample / seconds;
      entry.rowsPerSecond += (entry.rowsPerSecond === 0 ? 1 : weight) * (rate - entry.rowsPerSecond);
      if (entry.rowsPerSecond < 0.05) entry.rowsPerSecond = 0;
      entry.rowsSinceSample = 0;
    }
  }

  /** Rows that counted, of all who are or were lately there. */
  totalRows(): number {
    return [...this.#present.values(), ...this.#left].reduce((sum, { rows }) => sum + rows, 0);
  }

  /** 1 for the one with the most rows. */
  rankOf(entry: RosterEntry): number {
    let rank = 1;
    for (const other of this.#present.values()) if (other.rows > entry.rows) rank++;
    return rank;
  }

  /**
   * @param hasPart whether a worker has a part of the step in flight
   * @param isOver nobody computes any more, whoever is still connected
   */
  pictures(hasPart: (worker: string) => boolean, isOver: boolean): readonly WorkerPicture[] {
    const stateOf = (entry: RosterEntry): WorkerState => {
      if (entry.hasLeft || isOver) return 'left';
      if (!entry.isActive) return 'lobby';
      return entry.rowsPerSecond > 0 || hasPart(entry.id) ? 'computing' : 'standby';
    };
    return [...this.#present.values(), ...this.#left].map((entry) => ({
      ...{ id: entry.id, name: entry.name, kind: entry.kind, engine: entry.engine },
      ...{ backend: entry.backend, threads: entry.threads, state: stateOf(entry), slot: entry.slot },
      ...{ rows: entry.rows, spans: entry.spans },
      rowsPerSecond: isOver ? 0 : Math.round(entry.rowsPerSecond),
      latencyMs: Number(entry.latencyMs.toFixed(1)),
      ...{ lastVerdict: entry.lastVerdict, strikes: entry.strikes },
    }));
  }

  /** The one it had before if that is free, else the least that is. */
  #slotFor(name: string): number {
    const taken = new Set([...this.#present.values()].map(({ slot }) => slot));
    let slot = this.#slotOfName.get(name) ?? 0;
    if (taken.has(slot)) for (slot = 0; taken.has(slot);) slot++;
    this.#slotOfName.set(name, slot);
    return slot;
  }
}
