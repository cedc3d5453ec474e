import { dirname } from 'node:path';
import { decodeCheckpoint, type Checkpoint } from '@lockstep/checkpoint';
import { CommandError, EXIT, parseRunConfig, type RunConfig } from '@lockstep/config';
import { layoutOf } from '@lockstep/nn';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { ownCheckpoints } from './own-checkpoints.ts';

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
    return { file, folder: dirname(file), checkpoint, config, warnings: [], damaged: [] };
  } catch (cause) {
    const detail = (cause as Error).message;
    throw new CommandError(EXIT.badCheckpoint, `checkpoint ${file}: ${detail}`, { cause });
  }
}
