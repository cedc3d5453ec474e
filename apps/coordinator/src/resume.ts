import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError, EXIT, parseRunConfig, type RunConfig } from '@lockstep/config';
import { layoutOf } from '@lockstep/nn';
import { decodeCheckpoint, type Checkpoint } from '@lockstep/checkpoint';
import { FINAL_CHECKPOINT_NAME, listCheckpoints } from '@lockstep/storage';

/** A checkpoint to go on from. */
export interface Resumption {
  readonly file: string;
  readonly folder: string;
  readonly checkpoint: Checkpoint;
  readonly config: RunConfig;
  /** What was passed over on the way, for people. */
  readonly warnings: readonly string[];
}

/** Where runs go when `--out` is not given. */
export const RUNS_FOLDER = 'runs';

/**
 * The checkpoint that `--resume` means. `auto` looks in `out`, or else in the newest run below `runs/`, for the newest good one;
 * a damaged one is passed over with a warning.
 * @returns undefined when `auto` finds no checkpoint at all: the run starts from nothing
 * @throws {CommandError} exit 3 when the file named is bad, or all that `auto` finds are
 */
export function findResumption(resume: string, out: string | undefined): Resumption | undefined {
  if (resume !== 'auto') return readResumption(resume, []);
  const folder = out ?? newestRunFolder();
  if (folder === undefined) return undefined;
  const files = listCheckpoints(folder).map((file) => file.path);
  const final = join(folder, FINAL_CHECKPOINT_NAME);
  if (statSync(final, { throwIfNoEntry: false }) !== undefined) files.unshift(final);
  const warnings: string[] = [];
  for (const file of files) {
    try {
      return readResumption(file, warnings);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      warnings.push(`passed over a damaged checkpoint: ${error.message}`);
    }
  }
  if (files.length === 0) return undefined;
  throw new CommandError(
    EXIT.badCheckpoint,
    `none of the ${files.length} checkpoints in ${folder} can be read (${warnings.at(-1)}): ` +
      'restore one, or leave --resume out and give another --out to start anew',
  );
}

function readResumption(file: string, warnings: readonly string[]): Resumption {
  try {
    const checkpoint = decodeCheckpoint(readFileSync(file));
    const config = parseRunConfig(checkpoint.config);
    if (JSON.stringify(layoutOf(config.model).slots) !== JSON.stringify(checkpoint.slots)) {
      throw new Error(
        'its tensors are not those of the network in its configuration; take another checkpoint',
      );
    }
    return { file, folder: dirname(file), checkpoint, config, warnings };
  } catch (cause) {
    const detail = (cause as Error).message;
    throw new CommandError(EXIT.badCheckpoint, `checkpoint ${file}: ${detail}`, { cause });
  }
}

/** Run folders carry their date in their name, so that the last by name is the newest. */
function newestRunFolder(): string | undefined {
  if (statSync(RUNS_FOLDER, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const names = readdirSync(RUNS_FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const newest = names.at(-1);
  return newest === undefined ? undefined : join(RUNS_FOLDER, newest);
}
