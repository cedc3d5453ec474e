import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, EXIT } from '@lockstep/config';
import { ownCheckpoints, readRunRecord, shortRunId, type RunRecord } from '@lockstep/storage';
import { stepsToldOf } from './missing-checkpoints.ts';
import { CONFIG_NAME } from './names.ts';

/** Where runs go when `--out` is not given. */
export const RUNS_FOLDER = 'runs';

/** A folder below `runs/`, and when a coordinator last started there. */
interface KnownRun {
  readonly folder: string;
  /** Milliseconds since 1970, as the coordinator wrote it down; undefined where earlier versions did not. */
  readonly startedAt: number | undefined;
  /** What tells of the start where nothing was written down: the file that each start wrote. */
  readonly touchedAt: number;
  readonly run: string | undefined;
}

/**
 * The folder of the run below `runs/` that was started last and can be gone on with: one without a checkpoint is passed over,
 * aloud, for the one before.
 * @returns undefined when no run has one
 */
export function newestRunWithCheckpoint(say: (text: string) => void): string | undefined {
  for (const known of knownRuns(say)) {
    if (holdsCheckpoint(known.folder)) return known.folder;
    say(`passed over ${known.folder} (${describe(known)}), which has no checkpoint yet`);
  }
  return undefined;
}

/**
 * The newest first. What is no run's folder is not among them; a symbolic link to one is. What cannot be looked at is passed over, aloud.
 * @throws {CommandError} exit 3 when nobody can tell what runs there are
 */
function knownRuns(say: (text: string) => void): KnownRun[] {
  return namesIn(RUNS_FOLDER)
    .map((name) => join(RUNS_FOLDER, name))
    .filter((folder) => isReadableFolder(folder, say))
    .flatMap((folder) => knownRun(folder) ?? [])
    .sort(byStart);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(cause))) return [];
    throw new CommandError(
      EXIT.badCheckpoint,
      `cannot look for runs in ${folder} (${codeOf(cause)}): allow it, or name the folder of the run by --out`,
      { cause },
    );
  }
}

function isReadableFolder(path: string, say: (text: string) => void): boolean {
  try {
    if (!statSync(path).isDirectory()) return false;
    readdirSync(path);
    return true;
  } catch (error) {
    say(`passed over ${path}, which cannot be read (${codeOf(error)})`);
    return false;
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** Those of whom a start was written down come first: of others nobody knows when it was. */
function byStart(a: KnownRun, b: KnownRun): number {
  const later = (b.startedAt ?? -1) - (a.startedAt ?? -1) || b.touchedAt - a.touchedAt;
  return later === 0 ? b.folder.localeCompare(a.folder) : later;
}

function knownRun(folder: string): KnownRun | undefined {
  const touchedAt = changedAt(join(folder, CONFIG_NAME));
  const record = recordIn(folder);
  if (record === undefined && touchedAt === undefined && !holdsCheckpoint(folder)) return undefined;
  const last = record?.starts.at(-1);
  const startedAt = last === undefined ? undefined : Date.parse(last.began);
  return { folder, startedAt, touchedAt: touchedAt ?? 0, run: record?.run };
}

function changedAt(path: string): number | undefined {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

/** One that cannot be read is told of when the run is gone on with. */
function recordIn(folder: string): RunRecord | undefined {
  try {
    return readRunRecord(folder);
  } catch {
    return undefined;
  }
}

/**
 * Whether there is anything that a run could go on from, good or bad, or was: what is bad, or taken away, is told of when the run is
 * gone on with.
 */
function holdsCheckpoint(folder: string): boolean {
  try {
    const { own, foreignCount, record } = ownCheckpoints(folder);
    return own.length + foreignCount > 0 || stepsToldOf(folder, record) !== undefined;
  } catch {
    return true;
  }
}

const describe = ({ run, startedAt }: KnownRun): string =>
  run === undefined || startedAt === undefined
    ? 'of an earlier version'
    : `run ${shortRunId(run)}, started ${new Date(startedAt).toISOString()}`;
