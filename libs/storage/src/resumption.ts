import { dirname, join } from 'node:path';
import { decodeCheckpoint, type Checkpoint } from '@lockstep/checkpoint';
import { CommandError, EXIT, parseRunConfig, type RunConfig } from '@lockstep/config';
import { layoutOf } from '@lockstep/nn';
import { FINAL_CHECKPOINT_NAME, listCheckpoints } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';

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
 * The newest good checkpoint in `folder`; a damaged one is passed over with a warning.
 * @returns undefined when there is no checkpoint at all
 * @throws {CommandError} exit 3 when there are some, and all are bad
 */
export function newestResumption(folder: string, files: FileSystem = nodeFiles): Resumption | undefined {
  const paths = listCheckpoints(folder, files).map((file) => file.path);
  const final = join(folder, FINAL_CHECKPOINT_NAME);
  if (hasFinal(folder, files)) paths.unshift(final);
  const warnings: string[] = [];
  const damaged: string[] = [];
  for (const path of paths) {
    try {
      return { ...readResumption(path, files), warnings, damaged };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      damaged.push(path);
      warnings.push(`passed over a damaged checkpoint: ${error.message}`);
    }
  }
  if (paths.length === 0) return undefined;
  throw new CommandError(
    EXIT.badCheckpoint,
    `none of the ${paths.length} checkpoints in ${folder} can be read (${warnings.at(-1)}): ` +
      'restore one, or leave --resume out and give another --out to start anew',
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
    return { file, folder: dirname(file), checkpoint, config, warnings: [], damaged: [] };
  } catch (cause) {
    const detail = (cause as Error).message;
    throw new CommandError(EXIT.badCheckpoint, `checkpoint ${file}: ${detail}`, { cause });
  }
}

/** Whether `folder` holds the checkpoint of a finished run. */
function hasFinal(folder: string, files: FileSystem): boolean {
  try {
    return files.list(folder).includes(FINAL_CHECKPOINT_NAME);
  } catch {
    return false;
  }
}
