/** A part of a step, or of what goes on beside the steps, in the coordinator. */
export type Section = 'step' | 'compute' | 'reduce' | 'update' | 'evaluate' | 'checkpoint';

/** A span of a step, for people: its first leaf and how many leaves it has. */
interface SpanPlace {
  readonly firstLeaf: number;
  readonly leafCount: number;
}

/** A lease that was sent, or the answer to it. Times are microseconds of one monotonic clock with any origin. */
export interface LeaseTime {
  /** The connection's id, as the journal has it. */
  readonly worker: string;
  readonly step: number;
  readonly span: SpanPlace;
  readonly at: number;
}

/** Process number of the coordinator in the trace; workers come after it. */
const COORDINATOR = 1;

/** Rows of the coordinator: what may overlap in time is drawn below each other. */
const ROWS: Readonly<Record<Section, { readonly thread: number; readonly row: string }>> = {
  step: { thread: 1, row: 'steps' },
  compute: { thread: 2, row: 'work' },
  reduce: { thread: 2, row: 'work' },
  update: { thread: 2, row: 'work' },
  evaluate: { thread: 3, row: 'evaluation' },
  checkpoint: { thread: 4, row: 'checkpoints' },
};
const [COMPUTE_ROW, SEND_ROW] = [1, 2];

/** What is known of a worker. */
interface WorkerRows {
  readonly process: number;
  /** When the leases it has not answered were sent, by step and span. */
  readonly leases: Map<string, { readonly step: number; readonly at: number }>;
  /** Until when its computing row is drawn, and its sending row. */
  computedUntil: number;
  sentUntil: number;
}

/**
 * Writes what takes how long in a run as a Chrome trace (Trace Event Format, JSON array), which Perfetto and chrome://tracing
 * open. Events are written as they happen, so that the file of a run that was killed is of use too: the format does without the
 * closing bracket.
 *
 * A worker says how long it computed, not when: what is left of the time from lease to answer is shared evenly between the
 * way there (`wait`) and back (`send`), except that a worker cannot begin with a span before it is done with another.
 */
export class Timeline {
  readonly #write: (text: string) => void;
  readonly #workers = new Map<string, WorkerRows>();
  readonly #named = new Set<string>();
  /** Until when each row of the coordinator is drawn. */
  readonly #drawnUntil = new Map<number, number>();
  #isBegun = false;

  /** @param write takes the next piece of the file */
  constructor(write: (text: string) => void) {
    this.#write = write;
    this.#name(COORDINATOR, 'coordinator');
  }

  /** Something in the coordinator went on from `begin` to `end`, in microseconds. */
  section(section: Section, step: number, begin: number, end: number): void {
    const { thread, row } = ROWS[section];
    this.#nameRow(COORDINATOR, thread, row);
    const name = section === 'step' ? `step ${step}` : section;
    // Two checkpoints may wait for one disk: the second is drawn once the first is written.
    const from = Math.max(begin, this.#drawnUntil.get(thread) ?? begin);
    this.#drawnUntil.set(thread, end);
    this.#emit({ ...{ name, step, end, thread }, begin: from, process: COORDINATOR });
  }

  /** A worker, by the id of its connection and its name, comes in. */
  joined(worker: string, name: string): void {
    const process = COORDINATOR + 1 + this.#workers.size;
    this.#workers.set(worker, { process, leases: new Map(), computedUntil: 0, sentUntil: 0 });
    this.#name(process, name);
    this.#nameRow(process, COMPUTE_ROW, 'compute');
    this.#nameRow(process, SEND_ROW, 'send');
  }

  leased({ worker, step, span, at }: LeaseTime): void {
    this.#workers.get(worker)?.leases.set(keyOf(step, span), { step, at });
  }

  /** @param computeMicros what the worker says it took */
  answered({ worker, step, span, at }: LeaseTime, computeMicros: number): void {
    const rows = this.#workers.get(worker);
    const lease = rows?.leases.get(keyOf(step, span));
    if (rows === undefined || lease === undefined) return;
    rows.leases.delete(keyOf(step, span));
    const from = Math.max(lease.at, rows.computedUntil);
    const micros = Math.min(Math.max(computeMicros, 0), at - from);
    const begin = from + Math.floor((at - from - micros) / 2);
    const end = begin + micros;
    const args = { step, process: rows.process, leaves: `${span.firstLeaf}+${span.leafCount}` };
    if (begin > from) this.#emit({ ...args, name: 'wait', thread: COMPUTE_ROW, begin: from, end: begin });
    this.#emit({ ...args, name: 'compute', thread: COMPUTE_ROW, begin, end });
    this.#emit({ ...args, name: 'send', thread: SEND_ROW, begin: Math.max(end, rows.sentUntil), end: at });
    rows.computedUntil = end;
    rows.sentUntil = at;
  }

  /** A step is over: leases of it and of earlier ones are drawn no more. */
  forget(step: number): void {
    for (const { leases } of this.#workers.values()) {
      for (const [key, lease] of leases) if (lease.step <= step) leases.delete(key);
    }
  }

  /** The file is whole. */
  end(): void {
    this.#write('\n]\n');
  }

  #emit(event: {
    readonly name: string;
    readonly process: number;
    readonly thread: number;
    readonly step: number;
    readonly begin: number;
    readonly end: number;
    readonly leaves?: string;
  }): void {
    const { name, process, thread, step, begin, end, leaves } = event;
    this.#event({
      name,
      ph: 'X',
      ts: begin,
      dur: Math.max(end - begin, 0),
      pid: process,
      tid: thread,
      args: { step, ...(leaves === undefined ? {} : { leaves }) },
    });
  }

  #name(process: number, name: string): void {
    this.#event({ name: 'process_name', ph: 'M', ts: 0, pid: process, tid: 0, args: { name } });
  }

  #nameRow(process: number, thread: number, name: string): void {
    const key = `${process}.${thread}`;
    if (this.#named.has(key)) return;
    this.#named.add(key);
    this.#event({ name: 'thread_name', ph: 'M', ts: 0, pid: process, tid: thread, args: { name } });
  }

  /** No comma follows the last event, so that whoever reads strictly needs to add the bracket alone. */
  #event(event: object): void {
    this.#write(`${this.#isBegun ? ',\n' : '[\n'}${JSON.stringify(event)}`);
    this.#isBegun = true;
  }
}

const keyOf = (step: number, { firstLeaf, leafCount }: SpanPlace): string =>
  `${step}:${firstLeaf}+${leafCount}`;
