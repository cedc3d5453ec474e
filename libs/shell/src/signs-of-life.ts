import type { RunState } from '@lockstep/coordination';
import type { EvaluationLending } from './evaluation-lending.ts';
import type { WorkerConnection } from './worker-connection.ts';

/**
 * What shows that workers are there beside their messages: bytes of messages that are not whole yet, since on a slow line a gradient
 * takes longer than a worker may be silent; and tabs that judge, and cannot say anything meanwhile.
 */
export class SignsOfLife {
  readonly #lending: Pick<EvaluationLending, 'silent'>;
  readonly #bytesFrom: (connection: WorkerConnection) => number;
  readonly #seen = new WeakMap<WorkerConnection, number>();

  /** @param bytesFrom bytes that have come over a connection */
  constructor(
    lending: Pick<EvaluationLending, 'silent'>,
    bytesFrom: (connection: WorkerConnection) => number,
  ) {
    this.#lending = lending;
    this.#bytesFrom = bytesFrom;
  }

  /** Those who have sent no whole message since `quietSince`, in microseconds, and are there all the same. */
  heard(
    workers: RunState['workers'],
    connections: ReadonlyMap<string, WorkerConnection>,
    quietSince: number,
  ): readonly string[] {
    const judging = new Set(this.#lending.silent());
    return workers.flatMap(({ id, heardAt }) => {
      const connection = connections.get(id);
      if (connection === undefined) return [];
      const hasStirred = this.#hasStirred(connection) || judging.has(connection);
      return hasStirred && heardAt <= quietSince ? [id] : [];
    });
  }

  /** Whether bytes came since the last look. */
  #hasStirred(connection: WorkerConnection): boolean {
    const bytes = this.#bytesFrom(connection);
    const hasStirred = this.#seen.get(connection) !== bytes;
    this.#seen.set(connection, bytes);
    return hasStirred;
  }
}
