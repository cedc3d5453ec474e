import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CommandError, EXIT } from '@lockstep/config';
import {
  isFolder,
  kindOf,
  newestResumption,
  ownCheckpoints,
  readResumption,
  StorageError,
  type Resumption,
} from '@lockstep/storage';
import { newestRunWithCheckpoint, RUNS_FOLDER } from './known-runs.ts';
import { refuseMissing } from './missing-checkpoints.ts';

/** Where a run is to be kept, and how to find what it goes on from once nobody else can change it. */
export interface RunChoice {
  /** Undefined: a new folder below `runs/`. */
  readonly folder: string | undefined;
  /** What a new folder is named after, where the checkpoint decides it. */
  readonly datasetName?: string;
  /**
   * What the run goes on from; undefined when it starts from nothing.
   * @throws {CommandError} exit 3 when it cannot be had
   */
  find(): Resumption | undefined;
}

interface Asked {
  readonly resume: string | undefined;
  readonly out: string | undefined;
  /** Weights to start from where there is nothing to go on from. */
  readonly init?: string | undefined;
}

/**
 * What `--resume` and `--out` mean. `auto` and `required` look in `--out`, or else among the runs below `runs/`; a folder stands for
 * the furthest checkpoint in it. Changes nothing.
 * @param say hears what was passed over
 * @throws {CommandError} exit 3
 */
export function chooseRun(asked: Asked, say: (text: string) => void): RunChoice {
  const { resume, out } = asked;
  if (resume === undefined) return { folder: out, find: () => undefined };
  if (resume === 'auto' || resume === 'required') return chooseNewest(resume, asked, say);
  if (isFolder(resume)) {
    return { folder: out ?? resume, find: () => newestResumption(resume) ?? refuseNothing(resume) };
  }
  const find = (): Resumption => readResumption(resume);
  if (kindOf(resume) !== 'file') find(); // which says what is wrong, before anything is made for a run
  const folder = out ?? homeOf(resume);
  return folder === undefined ? { folder, find, datasetName: find().config.dataset.name } : { folder, find };
}

function chooseNewest(
  resume: 'auto' | 'required',
  { out, init }: Asked,
  say: (text: string) => void,
): RunChoice {
  const folder = out ?? newestRunWithCheckpoint(say);
  return {
    folder,
    find() {
      const found = folder === undefined ? undefined : newestResumption(folder);
      if (found !== undefined) return found;
      if (folder !== undefined) refuseMissing(folder, ownCheckpoints(folder).record);
      if (resume === 'required') return refuseNothing(folder ?? `${RUNS_FOLDER}/`);
      const start = init === undefined ? 'nothing' : `the weights of ${init}`;
      say(`no checkpoint to go on from: this run starts from ${start}`);
      return undefined;
    },
  };
}

function refuseNothing(place: string): never {
  throw new CommandError(
    EXIT.badCheckpoint,
    `there is no checkpoint to go on from in ${place}: name one by --resume FILE, or leave --resume out to start anew`,
  );
}

/**
 * The folder of the run that a checkpoint was taken from; undefined when it lies elsewhere: the run then gets a folder of its own.
 * @throws {CommandError} exit 3 when nobody can tell
 */
function homeOf(file: string): string | undefined {
  const folder = dirname(file);
  try {
    const { own, record } = ownCheckpoints(folder);
    const isThere = own.some(({ path }) => isSamePlace(path, file));
    return isThere || record !== undefined ? folder : undefined;
  } catch (cause) {
    if (!(cause instanceof StorageError)) throw cause;
    const detail = `checkpoint ${file}: ${cause.message}, or give another --out`;
    throw new CommandError(EXIT.badCheckpoint, detail, { cause });
  }
}

/** Whether two paths lead to one place, by whatever links. */
export function isSamePlace(a: string, b: string): boolean {
  const real = (path: string): string => {
    try {
      return realpathSync(path);
    } catch {
      return resolve(path);
    }
  };
  return real(a) === real(b);
}
