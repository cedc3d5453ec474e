import { dirname } from 'node:path';
import { decodeCheckpoint, type Checkpoint } from '@lockstep/checkpoint';
import { CommandError, EXIT, parseRunConfig, type RunConfig } from '@lockstep/config';
import { layoutOf, stateFits } from '@lockstep/nn';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { isFolder } from './kind-of.ts';
import { ownCheckpoints } from './own-checkpoints.ts';
import { systemCodeOf } from './storage-error.ts';

/** A checkpoint to go on from. */
export interface Resumption {
  readonly file: string;
  readonly folder: string;
  readonly checkpoint: Checkpoint;
  readonly config: RunConfig;
  /** What was passed over on the way, for people. */
  readonly warnings: readonly string[];
  /** Damaged files that were passed over. */
  readonly damaged: readonly string[];
}

/**
 * The furthest good checkpoint of the run in `folder`: of the highest step, then the highest term, as the files say. A damaged
 * one is passed over with a warning, and so is one of another run.
 * @returns undefined when there is no checkpoint at all
 * @throws {CommandError} exit 3 when there are some, and all are bad or of other runs
 */
export function newestResumption(folder: string, files: FileSystem = nodeFiles): Resumption | undefined {
  const { own, foreignCount, warnings: passedOver } = ownCheckpoints(folder, files);
  const warnings = [...passedOver];
  const damaged: string[] = [];
  for (const { path } of own) {
    try {
      return { ...readResumption(path, files), warnings, damaged };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      damaged.push(path);
      warnings.push(`passed over a damaged checkpoint: ${error.message}`);
    }
  }
  if (own.length + foreignCount === 0) return undefined;
  const remedy = 'restore one, or leave --resume out and give another --out to start anew';
  throw new CommandError(
    EXIT.badCheckpoint,
    own.length === 0
      ? `no checkpoint in ${folder} belongs to its run (${warnings.at(-1)}): ${remedy}`
      : `none of the ${own.length} checkpoints in ${folder} can be read (${warnings.at(-1)}): ${remedy}`,
  );
}

/** The checkpoint in `file`. @throws {CommandError} exit 3 when it is none, or damaged */
export function readResumption(file: string, files: FileSystem = nodeFiles): Resumption {
  try {
    const checkpoint = decodeCheckpoint(files.read(file));
    const config = parseRunConfig(checkpoint.config);
    if (JSON.stringify(layoutOf(config.model).slots) !== JSON.stringify(checkpoint.slots)) {
      throw new Error(
        'its tensors are not those of the network in its configuration; take another checkpoint',
      );
    }
    if (!stateFits(config.optimizer, checkpoint.optimizer)) {
      throw new Error(
        'its optimizer state is not that of the optimizer in its configuration; take another checkpoint',
      );
    }
    if ((config.ema === undefined) !== (checkpoint.average === undefined)) {
      const what = config.ema === undefined ? 'has' : 'lacks';
      throw new Error(
        `it ${what} a moving average of the weights, and its configuration says otherwise; take another checkpoint`,
      );
    }
    return { file, folder: dirname(file), checkpoint, config, warnings: [], damaged: [] };
  } catch (cause) {
    throw new CommandError(EXIT.badCheckpoint, `checkpoint ${file}: ${describeUnread(cause)}`, { cause });
  }
}

/** What is wrong with a file that is to be a checkpoint, and what to do. */
function describeUnread(cause: unknown): string {
  const code = systemCodeOf(cause);
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file: name a checkpoint (.safetensors), or the folder of a run',
    ENOTDIR: 'there is no such file: what stands before its last slash is no folder',
    EISDIR: 'it is a folder: name one of the checkpoints in it',
    EACCES: 'it may not be read by this user: allow it (chmod), or copy it',
    ERR_ACCESS_DENIED: "Node's permission model refuses it: add --allow-fs-read for its folder",
  };
  const known = words[code];
  return known === undefined ? (cause as Error).message : `${known} (${code})`;
}

/**
 * The checkpoint that people name by its file, or by the folder of its run: the furthest one there.
 * @throws {CommandError} exit 3 when there is none that can be read
 */
export function resumptionAt(place: string): Resumption {
  if (!isFolder(place)) return readResumption(place);
  const newest = newestResumption(place);
  if (newest !== undefined) return newest;
  throw new CommandError(
    EXIT.badCheckpoint,
    `${place} holds no checkpoint: name one, or the folder of a run`,
  );
}
