import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, rmdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describeCause, StorageError, systemCodeOf } from './storage-error.ts';

/**
 * Makes sure that a run can keep its files in `folder`, before any training: creates it and writes a probe file, since
 * permission bits alone say little (they bind no root, and know nothing of read-only mounts and full disks). Folders that were made for
 * one that is refused go again.
 * @returns the folders that were made for it, the uppermost first
 * @throws {StorageError} `not-a-folder`, `not-writable`, `disk-full`
 */
export function assertWritable(folder: string): string[] {
  const made: string[] = [];
  const probe = join(folder, `.probe.${randomBytes(8).toString('hex')}.lockstep-tmp`);
  try {
    makeFolder(resolve(folder), made);
    writeProbe(probe);
    removeProbe(probe);
    return made;
  } catch (error) {
    removeProbe(probe);
    made.toReversed().forEach(removeIfEmpty);
    throw refusal(folder, error);
  }
}

/** Removes a folder, unless somebody has put something there. */
export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    return;
  }
}

/**
 * One folder at a time from the top: Node's own `recursive` never returns where parents exist that refuse children (/proc).
 * @param made gets those that were not there, the uppermost first
 */
function makeFolder(folder: string, made: string[]): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder), made);
  try {
    mkdirSync(folder);
    made.push(folder);
  } catch (error) {
    const isMadeMeanwhile = systemCodeOf(error) === 'EEXIST' && statSync(folder).isDirectory();
    if (!isMadeMeanwhile) throw error;
  }
}

function writeProbe(path: string): void {
  const file = openSync(path, 'wx');
  try {
    writeSync(file, 'lockstep');
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A probe that cannot be removed again carries the name of a stale temporary, and goes with those. */
function removeProbe(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}

function refusal(folder: string, error: unknown): StorageError {
  const code = systemCodeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const detail = `no room to write in ${folder}; free some space or choose another folder`;
    return new StorageError('disk-full', detail, { cause: error });
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    const detail = `${folder} is, or lies below, something that is no folder; choose another folder`;
    return new StorageError('not-a-folder', detail, { cause: error });
  }
  const detail = `cannot write in ${folder} (${describeCause(error)}); allow it or choose another folder`;
  return new StorageError('not-writable', detail, { cause: error });
}
