import { realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CommandError, EXIT } from '@lockstep/config';
import { newestResumption, ownCheckpoints, readResumption, type Resumption } from '@lockstep/storage';
import { newestRunWithCheckpoint, RUNS_FOLDER } from './known-runs.ts';

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
}

/**
 * What `--resume` and `--out` mean. `auto` and `required` look in `--out`, or else among the runs below `runs/`; a folder stands for
 * the furthest checkpoint in it. Changes nothing.
 * @param say hears what was passed over
 * @throws {CommandError} exit 3
 */
export function chooseRun({ resume, out }: Asked, say: (text: string) => void): RunChoice {
  if (resume === undefined) return { folder: out, find: () => undefined };
  if (resume === 'auto' || resume === 'required') return chooseNewest(resume, out, say);
  if (isFolder(resume)) {
    return { folder: out ?? resume, find: () => newestResumption(resume) ?? refuseNothing(resume) };
  }
  const folder = out ?? homeOf(resume);
  const find = (): Resumption => readResumption(resume);
  return folder === undefined ? { folder, find, datasetName: find().config.dataset.name } : { folder, find };
}

function chooseNewest(
  resume: 'auto' | 'required',
  out: string | undefined,
  say: (text: string) => void,
): RunChoice {
  const folder = out ?? newestRunWithCheckpoint(say);
  return {
    folder,
    find() {
      const found = folder === undefined ? undefined : newestResumption(folder);
      if (found !== undefined) return found;
      if (resume === 'required') return refuseNothing(folder ?? `${RUNS_FOLDER}/`);
      say('no checkpoint to go on from: this run starts from nothing');
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

/** The folder of the run that a checkpoint was taken from; undefined when it lies elsewhere: the run then gets a folder of its own. */
function homeOf(file: string): string | undefined {
  const folder = dirname(file);
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return folder; // which find() says better
  const { own, record } = ownCheckpoints(folder);
  const isThere = own.some(({ path }) => isSamePlace(path, file));
  return isThere || record !== undefined ? folder : undefined;
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

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
