import type { WorkerConnection } from './worker-connection.ts';

/** What a reader may take for any weights, in microseconds, */
const PATIENCE_MICROS = 10_000_000;
/** what a tab may take longer, for while it computes it sends nothing: as long as a lease lasts at most, */
const TAB_MICROS = 30_000_000;
/** and how many bytes a second it has to take beyond that: a line ten times slower than a phone's is of no use. */
const LEAST_BYTES_PER_SECOND = 64 * 1024;

interface Sent {
  readonly step: number;
  readonly bytes: number;
  /** Microseconds. */
  readonly deadline: number;
}

/**
 * Weights on their way. That their bytes are on the wire says little: the buffers of systems between here and a reader that stopped
 * reading take megabytes. A reader has taken them when what it sends, a heartbeat or a contribution, is of their step.
 */
export class UntakenWeights {
  readonly #now: () => number;
  readonly #sent = new Map<WorkerConnection, readonly Sent[]>();
  #suspects: ReadonlySet<WorkerConnection> = new Set();

  /** @param now microseconds of a monotonic clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** `connection` was sent the weights of `step`, `bytes` of them. */
  add(connection: WorkerConnection, step: number, bytes: number): void {
    const before = this.#sent.get(connection) ?? [];
    const waiting = before.reduce((sum, sent) => sum + sent.bytes, bytes);
    const patience = PATIENCE_MICROS + (connection.kind === 'tab' ? TAB_MICROS : 0);
    const deadline = this.#now() + patience + Math.ceil((waiting / LEAST_BYTES_PER_SECOND) * 1_000_000);
    this.#sent.set(connection, [...before, { step, bytes, deadline }]);
  }

  /** What `connection` sends shows that it has the weights of `step`, and so all before them. */
  taken(connection: WorkerConnection, step: number): void {
    const left = this.#sent.get(connection)?.filter((sent) => sent.step > step);
    if (left !== undefined && left.length > 0) this.#sent.set(connection, left);
    else this.#sent.delete(connection);
  }

  forget(connection: WorkerConnection): void {
    this.#sent.delete(connection);
  }

  /**
   * Those who take too long, and did so when this was asked before: where this side stood still itself, what they sent meanwhile is
   * read between the two.
   */
  late(): readonly WorkerConnection[] {
    const now = this.#now();
    const late = [...this.#sent].flatMap(([connection, [oldest]]) =>
      oldest!.deadline <= now ? connection : [],
    );
    const suspects = this.#suspects;
    this.#suspects = new Set(late);
    return late.filter((connection) => suspects.has(connection));
  }
}
