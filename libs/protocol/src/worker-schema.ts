import { hex, integer, object, oneOf, text, variant, type Checked } from '@lockstep/config';
import { WORKER_KINDS } from './messages.ts';
import { count, partReference, position, rowCount, spanReference, TEXT_LIMITS } from './schema-parts.ts';

/** Most threads that a worker may claim. */
const MAX_THREADS = 4096;

/** Headers of what a worker sends. */
export const workerSchema = variant({
  hello: object(
    {
      protocol: count,
      contract: text(TEXT_LIMITS.contract),
      goldenDigest: hex(64),
      name: text(TEXT_LIMITS.name),
      kind: oneOf(WORKER_KINDS),
      engine: text(TEXT_LIMITS.engine),
      backend: text(TEXT_LIMITS.backend),
      threads: integer(1, MAX_THREADS),
    },
    { token: text(TEXT_LIMITS.token) },
  ),
  contribution: object({ ...spanReference, rowCount, computeMicros: count, checksum: hex(16) }),
  evaluated: object({ ...partReference, rowCount, computeMicros: count }),
  leave: object({ reason: text(TEXT_LIMITS.reason) }),
  heartbeat: object({ ...position, rowsDone: count }),
});

/** A header, after which nothing is `unknown`. */
export type WorkerHeader = Checked<typeof workerSchema>;
