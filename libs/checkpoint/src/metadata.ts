import { type RunConfig, stepsPerEpochOf } from '@lockstep/config';
import { averageSha256, weightsSha256 } from '@lockstep/math';
import type { OptimizerState } from '@lockstep/nn';
import * as v from 'valibot';
import { type Checkpoint, CHECKPOINT_REASONS } from './checkpoint.ts';
import { CheckpointError } from './checkpoint-error.ts';
import { type Section, WEIGHTS } from './tensor-table.ts';

/** Of a run that keeps weights alone: every version reads it. */
const FORMAT = 'lockstep-checkpoint-1';
/** Of one that keeps more. */
const FORMAT_WITH_STATE = 'lockstep-checkpoint-2';

/** What stands in the digest's place while it is computed. */
export const EMPTY_DIGEST = '0'.repeat(64);

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** An integer as text, in the one way to write it: the metadata of safetensors holds strings only. */
const wholeText = v.pipe(v.string(), v.regex(/^(0|[1-9][0-9]{0,15})$/), v.transform(Number), v.safeInteger());

const figure = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const steeringState = v.strictObject({
  step: whole,
  best: v.optional(figure),
  bestStep: whole,
  bad: whole,
  badForRate: whole,
  cooldownLeft: whole,
  rateFactor: v.pipe(figure, v.minValue(0), v.maxValue(1)),
  kept: v.exactOptional(v.strictObject({ step: whole, figure })),
});

const stateName = v.pipe(v.string(), v.regex(/^[a-z][A-Za-z0-9]{0,49}$/));
/** The names of an optimizer's tensors, and its numbers. */
const optimizerState = v.strictObject({
  tensors: v.pipe(v.array(stateName), v.maxLength(16)),
  numbers: v.record(stateName, figure),
});

const metadataSchema = v.strictObject({
  digest: sha256,
  format: v.picklist(
    [FORMAT, FORMAT_WITH_STATE],
    (issue) => `its format is ${issue.received}, and this version reads ${FORMAT} and ${FORMAT_WITH_STATE}`,
  ),
  contract: v.string(),
  reason: v.picklist(CHECKPOINT_REASONS),
  step: wholeText,
  epoch: wholeText,
  term: wholeText,
  seed: wholeText,
  weightsSha256: sha256,
  optimizer: v.optional(v.pipe(v.string(), v.parseJson(), optimizerState)),
  averageSha256: v.optional(sha256),
  run: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
  disagreedAt: v.optional(wholeText),
  steering: v.optional(v.pipe(v.string(), v.parseJson(), steeringState)),
  config: v.string(),
});

/** `__metadata__` as it stands in the file; `digest` comes first. */
export type MetadataText = v.InferInput<typeof metadataSchema>;
export type Metadata = v.InferOutput<typeof metadataSchema>;

/**
 * What the file says about `checkpoint` besides its tensors, with the digest still empty.
 * @throws {CheckpointError} `bad-metadata`
 */
export function metadataOf(checkpoint: Checkpoint<RunConfig>): MetadataText {
  const { config, step, term, reason, run, disagreedAt, steering, weights, optimizer, average } = checkpoint;
  const isPlain = [steering, optimizer, average].every((state) => state === undefined);
  const metadata: MetadataText = {
    digest: EMPTY_DIGEST,
    format: isPlain ? FORMAT : FORMAT_WITH_STATE,
    contract: config.contract,
    reason,
    step: String(step),
    epoch: String(Math.floor(step / stepsPerEpochOf(config))),
    term: String(term),
    seed: String(config.seed),
    weightsSha256: weightsSha256(weights),
    ...(optimizer !== undefined && { optimizer: textOf(optimizer) }),
    ...(average !== undefined && { averageSha256: averageSha256(average) }),
    ...(run !== undefined && { run }),
    ...(disagreedAt !== undefined && { disagreedAt: String(disagreedAt) }),
    ...(steering !== undefined && { steering: JSON.stringify(steering) }),
    config: JSON.stringify(config),
  };
  readMetadata(metadata);
  return metadata;
}

const textOf = ({ tensors, numbers }: OptimizerState): string =>
  JSON.stringify({ tensors: Object.keys(tensors), numbers });

/** The flat buffers of the file, in their order. */
export const sectionsOf = ({ optimizer, averageSha256 }: Metadata): readonly Section[] => [
  WEIGHTS,
  ...(optimizer?.tensors ?? []).map((name): Section => ({ prefix: `optimizer.${name}.`, dtype: 'F32' })),
  ...(averageSha256 === undefined ? [] : [{ prefix: 'average.', dtype: 'F64' } as const]),
];

/** @throws {CheckpointError} `bad-metadata` when `value` is not the metadata of a checkpoint */
export function readMetadata(value: unknown): Metadata {
  const result = v.safeParse(metadataSchema, value);
  if (result.success) {
    const { format, optimizer, averageSha256, steering } = result.output;
    const isPlain = [optimizer, averageSha256, steering].every((state) => state === undefined);
    if (isPlain === (format === FORMAT)) return result.output;
    throw badMetadata(`format: it is ${format}, and the file keeps ${isPlain ? 'weights alone' : 'more'}`);
  }
  const [issue] = result.issues;
  throw badMetadata(`${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}

/** What a checkpoint is besides its tensors. */
export type CheckpointFacts = Omit<Checkpoint, 'weights' | 'slots' | 'optimizer' | 'average'>;

/** What `metadata` says of its checkpoint. @throws {CheckpointError} `bad-metadata` */
export function factsOf(metadata: Metadata): CheckpointFacts {
  const { step, term, reason, run, disagreedAt, steering } = metadata;
  return {
    ...{ step, term, reason },
    ...(run !== undefined && { run }),
    ...(disagreedAt !== undefined && { disagreedAt }),
    ...(steering !== undefined && { steering: { ...steering, best: steering.best } }),
    config: readConfig(metadata),
  };
}

/**
 * The configuration as a JSON value, not validated but for what the metadata repeats of it for other readers.
 * @throws {CheckpointError} `bad-metadata`
 */
function readConfig({ config, contract, seed }: Metadata): unknown {
  let value: unknown;
  try {
    value = JSON.parse(config);
  } catch (error) {
    throw badMetadata('config: it is no JSON', { cause: error });
  }
  const repeated = v.safeParse(v.object({ contract: v.literal(contract), seed: v.literal(seed) }), value);
  if (!repeated.success) throw badMetadata(`config: ${repeated.issues[0].message}`);
  return value;
}

function badMetadata(what: string, options?: ErrorOptions): CheckpointError {
  return new CheckpointError('bad-metadata', `${what}; use another checkpoint`, options);
}
