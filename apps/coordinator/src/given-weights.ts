import { resolve } from 'node:path';
import { CommandError, EXIT, type RunConfig } from '@lockstep/config';
import { weightsSha256 } from '@lockstep/math';
import { layoutOf, perceptronOf, widthsOf, type ModelSpec } from '@lockstep/nn';
import { isFolder, readResumption } from '@lockstep/storage';

/** Weights that a new run starts from. */
export interface GivenWeights {
  /** The absolute path of the checkpoint they were taken from. */
  readonly file: string;
  readonly weights: Float32Array;
  readonly sha256: string;
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
  return { file: resolve(init), weights, sha256: weightsSha256(weights), model: config.model };
}

/** @throws {CommandError} exit 3 when they are those of a network of another shape, naming both and the setting that differs */
export function assertFits({ file, model: theirs }: GivenWeights, { model, dataset }: RunConfig): void {
  if (JSON.stringify(layoutOf(theirs).slots) === JSON.stringify(layoutOf(model).slots)) return;
  const sizes = widthsOf(theirs);
  const [hidden, ends] = [sizes.slice(1, -1), [sizes[0], sizes.at(-1)]];
  const isOtherData = String(ends) !== String([dataset.featureCount, dataset.classCount]);
  const remedy = isOtherData
    ? `give a --dataset of ${ends[0]} values a row and ${ends[1]} classes, or other weights`
    : `give ${perceptronOf(theirs) === undefined ? 'its --model' : `--hidden ${hidden.length === 0 ? 'none' : hidden.join(',')}`}, or other weights`;
  throw new CommandError(
    EXIT.badCheckpoint,
    `--init ${file} has the weights of a network ${sizes.join('-')}, and this run's is ${widthsOf(model).join('-')}: ${remedy}`,
  );
}
