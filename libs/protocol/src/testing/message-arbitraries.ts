import fc from 'fast-check';
import { workerId } from '../ids.ts';
import type { RunShape } from '../limits.ts';
import {
  ANSWER_PURPOSES,
  FINISH_REASONS,
  INVALID_REASONS,
  REFUSAL_CODES,
  STANDBY_REASONS,
  VERDICTS,
  WORKER_KINDS,
} from '../messages.ts';
import type { CoordinatorMessage, WorkerMessage } from '../messages.ts';
import { TEXT_LIMITS } from '../schema-parts.ts';
import { CONTRACT, PROTOCOL_VERSION } from '../versions.ts';

/** A small run whose messages the tests send. */
export const SHAPE: RunShape = { parameterCount: 11, featureCount: 3, outputCount: 2, maxRowCount: 5 };

const counter = fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.constant(Number.MAX_SAFE_INTEGER));
const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength: Math.floor(maxLength / 8) });
const hex = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
const span = fc.record({
  firstLeaf: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  leafCount: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
});
const reference = { term: counter, step: counter, span };
const part = { term: counter, step: counter, part: fc.integer({ min: 0, max: 2 ** 32 - 1 }) };

/** Any 32 bits are a float: zeros of both signs, subnormals, infinities, NaNs with any payload. */
const float32s = (length: number): fc.Arbitrary<Float32Array> =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(...SPECIAL_BITS)), {
      minLength: length,
      maxLength: length,
    })
    .map((bits) => new Float32Array(Uint32Array.from(bits).buffer));

/** +0, -0, the smallest and largest subnormals, infinities, quiet and signalling NaNs. */
const SPECIAL_BITS = [
  0x00000000, 0x80000000, 0x00000001, 0x807fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffffffff,
];

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

export const anyWorkerMessage: fc.Arbitrary<WorkerMessage> = fc.oneof(
  fc.record(
    {
      type: fc.constant('hello' as const),
      protocol: fc.constant(PROTOCOL_VERSION),
      contract: fc.oneof(fc.constant(CONTRACT), text(TEXT_LIMITS.contract)),
      goldenDigest: hex(64),
      name: text(TEXT_LIMITS.name),
      kind: fc.constantFrom(...WORKER_KINDS),
      engine: text(TEXT_LIMITS.engine),
      backend: text(TEXT_LIMITS.backend),
      threads: fc.integer({ min: 1, max: 4096 }),
      token: text(TEXT_LIMITS.token),
    },
    {
      requiredKeys: [
        'type',
        'protocol',
        'contract',
        'goldenDigest',
        'name',
        'kind',
        'engine',
        'backend',
        'threads',
      ],
    },
  ),
  fc.record({
    type: fc.constant('contribution' as const),
    ...reference,
    rowCount: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    computeMicros: counter,
    checksum: hex(16),
    lossSum: fc.double(),
    gradient: float32s(SHAPE.parameterCount),
  }),
  fc.integer({ min: 1, max: SHAPE.maxRowCount }).chain((rowCount) =>
    fc.record({
      type: fc.constant('evaluated' as const),
      ...part,
      rowCount: fc.constant(rowCount),
      computeMicros: counter,
      outputs: float32s(rowCount * SHAPE.outputCount),
    }),
  ),
  fc.record({ type: fc.constant('leave' as const), reason: text(TEXT_LIMITS.reason) }),
  fc.record({
    type: fc.constant('heartbeat' as const),
    term: counter,
    step: counter,
    rowsDone: counter,
  }),
);

export const anyCoordinatorMessage: fc.Arbitrary<CoordinatorMessage> = fc.oneof(
  fc.record({
    type: fc.constant('welcome' as const),
    protocol: fc.constant(PROTOCOL_VERSION),
    contract: fc.constant(CONTRACT),
    goldenDigest: hex(64),
    term: counter,
    worker: counter.map(workerId),
    run: text(TEXT_LIMITS.run),
    configJson: fc.json(),
  }),
  fc.record({
    type: fc.constant('weights' as const),
    term: counter,
    step: counter,
    checksum: hex(16),
    weights: float32s(SHAPE.parameterCount),
  }),
  fc.integer({ min: 1, max: SHAPE.maxRowCount }).chain((rowCount) =>
    fc.record({
      type: fc.constant('rows' as const),
      ...reference,
      rowCount: fc.constant(rowCount),
      rows: bytes(rowCount * SHAPE.featureCount),
      labels: bytes(rowCount),
    }),
  ),
  fc.integer({ min: 1, max: SHAPE.maxRowCount }).chain((rowCount) =>
    fc.record({
      type: fc.constant('evaluate' as const),
      ...part,
      rowCount: fc.constant(rowCount),
      rows: bytes(rowCount * SHAPE.featureCount),
    }),
  ),
  fc.record({
    type: fc.constant('lease' as const),
    ...reference,
    purpose: fc.constantFrom(...ANSWER_PURPOSES),
    rowCount: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  }),
  fc.record({
    type: fc.constant('standby' as const),
    term: counter,
    step: counter,
    reason: fc.constantFrom(...STANDBY_REASONS),
    neededMicros: counter,
    stepMicros: counter,
  }),
  fc.record({
    type: fc.constant('verdict' as const),
    ...reference,
    verdict: fc.constantFrom(...VERDICTS.filter((verdict) => verdict !== 'invalid')),
  }),
  fc.record({
    type: fc.constant('verdict' as const),
    ...reference,
    verdict: fc.constant('invalid' as const),
    reason: fc.constantFrom(...INVALID_REASONS),
  }),
  fc.record({
    type: fc.constant('refused' as const),
    code: fc.constantFrom(...REFUSAL_CODES),
    detail: text(TEXT_LIMITS.detail),
  }),
  fc.record({
    type: fc.constant('finished' as const),
    reason: fc.constantFrom(...FINISH_REASONS),
    step: counter,
    weightsSha256: hex(64),
  }),
);

/** `frame` at `offset` bytes into a larger buffer. */
export function placedAt(frame: Uint8Array, offset: number): Uint8Array {
  const placed = new Uint8Array(frame.length + offset + 8).subarray(offset, offset + frame.length);
  placed.set(frame);
  return placed;
}

/** The message with its tensors as bytes, so that equality means equality of bits. */
export const comparable = (message: WorkerMessage | CoordinatorMessage): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(message).map(([key, value]: [string, unknown]) => [
      key,
      ArrayBuffer.isView(value)
        ? Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
        : value,
    ]),
  );
