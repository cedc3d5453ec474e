import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { newestResumption, readResumption, type Resumption } from '@lockstep/storage';

/** Where runs go when `--out` is not given. */
export const RUNS_FOLDER = 'runs';

/**
 * The checkpoint that `--resume` means. `auto` looks in `out`, or else in the newest run below `runs/`, for the newest good one.
 * @returns undefined when `auto` finds no checkpoint at all: the run starts from nothing
 * @throws {CommandError} exit 3 when the file named is bad, or all that `auto` finds are
 */
export function findResumption(resume: string, out: string | undefined): Resumption | undefined {
  if (resume !== 'auto') return readResumption(resume);
  const folder = out ?? newestRunFolder();
  return folder === undefined ? undefined : newestResumption(folder);
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
