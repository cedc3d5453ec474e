import { resolve } from 'node:path';
import { CommandError, EXIT, type RunConfig } from '@lockstep/config';
import { weightsSha256 } from '@lockstep/math';
import {
  initialWeights,
  layoutOf,
  perceptronOf,
  viewOf,
  widthsOf,
  type ModelSpec,
  type TensorSlot,
} from '@lockstep/nn';
import { isFolder, readResumption } from '@lockstep/storage';

/** Weights that a new run starts from. */
export interface GivenWeights {
  /** The absolute path of the checkpoint they were taken from. */
  readonly file: string;
  readonly weights: Float32Array;
  /** Their network. */
  readonly model: ModelSpec;
}

/**
 * What begins a run and what goes on with one are not asked for together, but by what starts one run again and again: `--resume auto` in
 * a folder that is named.
 * @throws {CommandError} exit 2
 */
export function refuseInitBesideResume({
  init,
  resume,
  out,
}: {
  readonly init: string | undefined;
  readonly resume: string | undefined;
  readonly out: string | undefined;
}): void {
  if (init === undefined || resume === undefined || (resume === 'auto' && out !== undefined)) return;
  throw new CommandError(
    EXIT.usage,
    `--init starts a new run and --resume ${resume} goes on with one: leave one of them out` +
      (resume === 'auto' ? ', or name the folder of the run by --out' : ''),
  );
}

/**
 * What `--init` names: the weights of a checkpoint, and nothing else of it.
 * @throws {CommandError} exit 3 when the file is no checkpoint, or its weights are not finite
 */
export function readGivenWeights(init: string): GivenWeights {
  if (isFolder(init)) {
    throw new CommandError(
      EXIT.badCheckpoint,
      `--init ${init} is a folder: name one of the checkpoints in it`,
    );
  }
  const { checkpoint, config } = readResumption(init);
  const { weights } = checkpoint;
  if (!weights.every(Number.isFinite)) {
    throw new CommandError(
      EXIT.badCheckpoint,
      `--init ${init}: not all of its weights are finite; give another checkpoint`,
    );
  }
  return { file: resolve(init), weights, model: config.model };
}

/** The weights that a run begins with where a file gives some of them. */
export interface FittedWeights {
  readonly weights: Float32Array;
  /** Of all of them, those that the file does not give among them. */
  readonly sha256: string;
  /** What was not taken, for people; nothing where all was. */
  readonly remark?: string;
}

/**
 * The parameters of a run that have a name and a shape of the file's are the file's; the rest begins as its seed has it.
 * @throws {CommandError} exit 3 when no matrix is taken, naming both networks and the setting that differs
 */
export function fittedWeights(
  given: GivenWeights,
  { model, dataset, seed }: Pick<RunConfig, 'model' | 'dataset' | 'seed'>,
): FittedWeights {
  const [own, theirs] = [layoutOf(model), layoutOf(given.model)];
  const keyOf = ({ name, shape }: TensorSlot): string => `${name} [${shape.join(', ')}]`;
  const there = new Map(theirs.slots.map((slot) => [keyOf(slot), slot]));
  const weights = new Float32Array(own.length);
  initialWeights(model, seed, weights);
  const [taken, anew]: [TensorSlot[], TensorSlot[]] = [[], []];
  for (const slot of own.slots) {
    const source = there.get(keyOf(slot));
    if (source !== undefined) viewOf(weights, slot).set(viewOf(given.weights, source));
    (source === undefined ? anew : taken).push(slot);
  }
  if (!taken.some(({ shape }) => shape.length > 1)) throw unfit(given, { model, dataset });
  const known = new Set(own.slots.map(keyOf));
  const left = theirs.slots.filter((slot) => !known.has(keyOf(slot)));
  const sha256 = weightsSha256(weights);
  if (anew.length + left.length === 0) return { weights, sha256 };
  const listed = (slots: readonly TensorSlot[]): string =>
    slots.length === 0 ? 'none' : slots.map(keyOf).join(', ');
  return {
    weights,
    sha256,
    remark:
      `--init ${given.file}: ${taken.length} of ${own.slots.length} parameters are taken from it; ` +
      `begun anew: ${listed(anew)}; of the file left out: ${listed(left)}`,
  };
}

function unfit(
  { file, model: theirs }: GivenWeights,
  { model, dataset }: Pick<RunConfig, 'model' | 'dataset'>,
): CommandError {
  const sizes = widthsOf(theirs);
  const [hidden, ends] = [sizes.slice(1, -1), [sizes[0], sizes.at(-1)]];
  const isOtherData = String(ends) !== String([dataset.featureCount, dataset.classCount]);
  const remedy = isOtherData
    ? `give a --dataset of ${ends[0]} values a row and ${ends[1]} classes, or other weights`
    : `give ${perceptronOf(theirs) === undefined ? 'its --model' : `--hidden ${hidden.length === 0 ? 'none' : hidden.join(',')}`}, or other weights`;
  return new CommandError(
    EXIT.badCheckpoint,
    `--init ${file} has the weights of a network ${sizes.join('-')}, and this run's is ${widthsOf(model).join('-')}: ${remedy}`,
  );
}
