import { join } from 'node:path';
import { decodeHead, HEAD_PREFIX_BYTES, headLengthOf, type CheckpointHead } from '@lockstep/checkpoint';
import { BEST_CHECKPOINT_NAME, FINAL_CHECKPOINT_NAME, listCheckpoints } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';

/** A checkpoint in a run's folder, and what it says of itself. */
export interface SurveyedCheckpoint {
  readonly path: string;
  readonly name: string;
  /** Undefined when it cannot be read. */
  readonly head: CheckpointHead | undefined;
  /** Committed steps: as the head says, else as the name does; Infinity where neither tells. */
  readonly step: number;
}

/**
 * The checkpoints in `folder`, the furthest first: the highest step, then the highest term, as the files themselves say, whatever
 * they are called. None when the folder is not there. Only heads are read, not weights.
 * @throws {StorageError} `read-failed`
 */
export function surveyCheckpoints(folder: string, files: FileSystem = nodeFiles): SurveyedCheckpoint[] {
  const named = listCheckpoints(folder, files).map(({ path, name, step }) => survey(path, name, step, files));
  const final = finalIn(folder, files);
  return (final === undefined ? named : [final, ...named]).sort(byProgress);
}

const byProgress = (a: SurveyedCheckpoint, b: SurveyedCheckpoint): number =>
  a.step === b.step ? (b.head?.term ?? Infinity) - (a.head?.term ?? Infinity) || 0 : b.step - a.step;

function finalIn(folder: string, files: FileSystem): SurveyedCheckpoint | undefined {
  let names: readonly string[];
  try {
    names = files.list(folder);
  } catch {
    return undefined;
  }
  if (!names.includes(FINAL_CHECKPOINT_NAME)) return undefined;
  return survey(join(folder, FINAL_CHECKPOINT_NAME), FINAL_CHECKPOINT_NAME, Infinity, files);
}

function survey(path: string, name: string, named: number, files: FileSystem): SurveyedCheckpoint {
  const head = readHead(path, files);
  return { path, name, head, step: head?.step ?? named };
}

/** What the checkpoint of the best evaluation in `folder` says of itself; undefined where there is none that can be read. */
export const bestHeadIn = (folder: string, files: FileSystem = nodeFiles): CheckpointHead | undefined =>
  readHead(join(folder, BEST_CHECKPOINT_NAME), files);

/** What a checkpoint says of itself; undefined where it cannot be read. */
export function readHead(path: string, files: FileSystem): CheckpointHead | undefined {
  try {
    return decodeHead(files.read(path, headLengthOf(files.read(path, HEAD_PREFIX_BYTES))));
  } catch {
    return undefined;
  }
}
