import * as v from 'valibot';
import { workerId } from './ids.ts';
import {
  FINISH_REASONS,
  INVALID_REASONS,
  LEASE_PURPOSES,
  REFUSAL_CODES,
  STANDBY_REASONS,
  VERDICTS,
  WORKER_KINDS,
} from './messages.ts';

/** Most characters (UTF-16 units) of each text in a message. */
export const TEXT_LIMITS = {
  name: 256,
  contract: 64,
  engine: 128,
  backend: 128,
  token: 256,
  reason: 256,
  run: 128,
  configJson: 3000,
  detail: 512,
} as const;

const MAX_UINT32 = 2 ** 32 - 1;

/** Most threads that a worker may claim. */
const MAX_THREADS = 4096;

const integer = (minimum: number, maximum: number = Number.MAX_SAFE_INTEGER) =>
  v.pipe(
    v.number(),
    v.safeInteger(),
    v.minValue(minimum),
    v.maxValue(maximum),
    v.check((value) => !Object.is(value, -0), 'no negative zero'),
  );
const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));
const hex = (digits: number) =>
  v.pipe(v.string(), v.length(digits), v.regex(/^[0-9a-f]*$/, 'lower-case hex digits'));

const span = v.strictObject({ firstLeaf: integer(0, MAX_UINT32), leafCount: integer(1, MAX_UINT32) });
const position = { term: integer(0), step: integer(0) };
const spanReference = { ...position, span };

/** Headers of what a worker sends. */
export const workerHeaderSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('hello'),
    protocol: integer(0),
    contract: text(TEXT_LIMITS.contract),
    goldenDigest: hex(64),
    name: text(TEXT_LIMITS.name),
    kind: v.picklist(WORKER_KINDS),
    engine: text(TEXT_LIMITS.engine),
    backend: text(TEXT_LIMITS.backend),
    threads: integer(1, MAX_THREADS),
    token: v.optional(text(TEXT_LIMITS.token)),
  }),
  v.strictObject({
    type: v.literal('contribution'),
    ...spanReference,
    rowCount: integer(1, MAX_UINT32),
    computeMicros: integer(0),
    checksum: hex(16),
  }),
  v.strictObject({ type: v.literal('leave'), reason: text(TEXT_LIMITS.reason) }),
  v.strictObject({ type: v.literal('heartbeat'), ...position, rowsDone: integer(0) }),
]);

/** Headers of what a coordinator sends. */
export const coordinatorHeaderSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('welcome'),
    protocol: integer(0),
    contract: text(TEXT_LIMITS.contract),
    goldenDigest: hex(64),
    term: integer(0),
    worker: v.pipe(integer(0), v.transform(workerId)),
    run: text(TEXT_LIMITS.run),
    configJson: text(TEXT_LIMITS.configJson),
  }),
  v.strictObject({ type: v.literal('weights'), ...position, checksum: hex(16) }),
  v.strictObject({ type: v.literal('rows'), ...spanReference, rowCount: integer(1, MAX_UINT32) }),
  v.strictObject({
    type: v.literal('lease'),
    ...spanReference,
    purpose: v.picklist(LEASE_PURPOSES),
    rowCount: integer(1, MAX_UINT32),
  }),
  v.strictObject({
    type: v.literal('standby'),
    ...position,
    reason: v.picklist(STANDBY_REASONS),
    neededMicros: integer(0),
    stepMicros: integer(0),
  }),
  v.strictObject({
    type: v.literal('verdict'),
    ...spanReference,
    verdict: v.picklist(VERDICTS),
    reason: v.optional(v.picklist(INVALID_REASONS)),
  }),
  v.strictObject({
    type: v.literal('refused'),
    code: v.picklist(REFUSAL_CODES),
    detail: text(TEXT_LIMITS.detail),
  }),
  v.strictObject({
    type: v.literal('finished'),
    reason: v.picklist(FINISH_REASONS),
    step: integer(0),
    weightsSha256: hex(64),
  }),
]);
