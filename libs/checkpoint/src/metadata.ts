import { type RunConfig, stepsPerEpochOf } from '@lockstep/config';
import { weightsSha256 } from '@lockstep/math';
import * as v from 'valibot';
import { type Checkpoint, CHECKPOINT_REASONS } from './checkpoint.ts';
import { CheckpointError } from './checkpoint-error.ts';

const FORMAT = 'lockstep-checkpoint-1';

/** What stands in the digest's place while it is computed. */
export const EMPTY_DIGEST = '0'.repeat(64);

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** An integer as text, in the one way to write it: the metadata of safetensors holds strings only. */
const wholeText = v.pipe(v.string(), v.regex(/^(0|[1-9][0-9]{0,15})$/), v.transform(Number), v.safeInteger());

const metadataSchema = v.strictObject({
  digest: sha256,
  format: v.literal(FORMAT, (issue) => `its format is ${issue.received}, and this version reads ${FORMAT}`),
  contract: v.string(),
  reason: v.picklist(CHECKPOINT_REASONS),
  step: wholeText,
  epoch: wholeText,
  term: wholeText,
  seed: wholeText,
  weightsSha256: sha256,
  run: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
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
  const { config, step, term, reason, run, weights } = checkpoint;
  const metadata: MetadataText = {
    digest: EMPTY_DIGEST,
    format: FORMAT,
    contract: config.contract,
    reason,
    step: String(step),
    epoch: String(Math.floor(step / stepsPerEpochOf(config))),
    term: String(term),
    seed: String(config.seed),
    weightsSha256: weightsSha256(weights),
    ...(run !== undefined && { run }),
    config: JSON.stringify(config),
  };
  readMetadata(metadata);
  return metadata;
}

/** @throws {CheckpointError} `bad-metadata` when `value` is not the metadata of a checkpoint */
export function readMetadata(value: unknown): Metadata {
  const result = v.safeParse(metadataSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw badMetadata(`${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}

/**
 * The configuration as a JSON value, not validated but for what the metadata repeats of it for other readers.
 * @throws {CheckpointError} `bad-metadata`
 */
export function readConfig({ config, contract, seed }: Metadata): unknown {
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
