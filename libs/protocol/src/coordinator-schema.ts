import { hex, object, oneOf, text, variant, type Check, type Checked } from '@lockstep/config';
import { workerId, type WorkerId } from './ids.ts';
import {
  ANSWER_PURPOSES,
  FINISH_REASONS,
  INVALID_REASONS,
  REFUSAL_CODES,
  STANDBY_REASONS,
  VERDICTS,
} from './messages.ts';
import { count, partReference, position, rowCount, spanReference, TEXT_LIMITS } from './schema-parts.ts';

const id: Check<WorkerId> = (value, path) => workerId(count(value, path));

/** Headers of what a coordinator sends. */
export const coordinatorSchema = variant({
  welcome: object({
    protocol: count,
    contract: text(TEXT_LIMITS.contract),
    goldenDigest: hex(64),
    term: count,
    worker: id,
    run: text(TEXT_LIMITS.run),
  }),
  weights: object({ ...position, checksum: hex(16) }),
  rows: object({ ...spanReference, rowCount }),
  lease: object({ ...spanReference, purpose: oneOf(ANSWER_PURPOSES), rowCount }),
  evaluate: object({ ...partReference, rowCount }),
  standby: object({
    ...position,
    reason: oneOf(STANDBY_REASONS),
    neededMicros: count,
    stepMicros: count,
  }),
  verdict: object({ ...spanReference, verdict: oneOf(VERDICTS) }, { reason: oneOf(INVALID_REASONS) }),
  refused: object({ code: oneOf(REFUSAL_CODES), detail: text(TEXT_LIMITS.detail) }),
  finished: object({ reason: oneOf(FINISH_REASONS), step: count, weightsSha256: hex(64) }),
});

/** A header, after which nothing is `unknown`. */
export type CoordinatorHeader = Checked<typeof coordinatorSchema>;
