import type { WorkerConnection } from './worker-connection.ts';

/** Sees bytes of messages that are not whole yet: on a slow line a gradient takes longer than a worker may be silent. */
export class ByteWatch {
  readonly #bytesFrom: (connection: WorkerConnection) => number;
  readonly #seen = new WeakMap<WorkerConnection, number>();

  /** @param bytesFrom bytes that have come over a connection */
  constructor(bytesFrom: (connection: WorkerConnection) => number) {
    this.#bytesFrom = bytesFrom;
  }

  /** Whether bytes came since the last look. */
  hasStirred(connection: WorkerConnection): boolean {
    const bytes = this.#bytesFrom(connection);
    const hasStirred = this.#seen.get(connection) !== bytes;
    this.#seen.set(connection, bytes);
    return hasStirred;
  }
}
