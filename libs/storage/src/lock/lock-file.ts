import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { hex, integer, text, Mismatch, type Check } from '@lockstep/config';
import { StorageError, systemCodeOf } from '../storage-error.ts';
import type { ProcessIdentity } from './process-identity.ts';

const FORMAT = 'lockstep-lock-1';

/** `lock`; one that was taken over is followed by `lock.2`, `lock.3`: so two who take over the same one cannot both have it. */
const NAME = /^lock(?:\.([1-9]\d{0,8}))?$/;

/** Who holds a folder. */
export interface LockHolder {
  /** By chance, for this holding alone. */
  readonly owner: string;
  readonly process: ProcessIdentity;
  /** When it was taken, by the holder's clock on the wall. */
  readonly began: string;
}

/** A lock as it was found. */
export interface FoundLock {
  readonly path: string;
  readonly number: number;
  /** As it lies there: it differs after every sign of life. */
  readonly content: string;
  /** Undefined while it is being written, or when it is damaged. */
  readonly holder: LockHolder | undefined;
  /** The last sign of life, by the holder's clock on the wall. */
  readonly heartbeat: string | undefined;
}

export const lockPath = (folder: string, number: number): string =>
  join(folder, number === 1 ? 'lock' : `lock.${number}`);

/**
 * The locks in `folder`, the one in force first.
 * @throws {StorageError} `bad-lock` where something lies in a lock's place that no coordinator put there
 */
export function findLocks(folder: string): FoundLock[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const [found, number] = NAME.exec(name) ?? [];
      return found === undefined || number === '1' ? [] : Number(number ?? 1);
    })
    .sort((a, b) => b - a)
    .flatMap((number) => readLock(folder, number) ?? []);
}

function readLock(folder: string, number: number): FoundLock | undefined {
  const path = lockPath(folder, number);
  let content: string;
  try {
    // Not opened before it is known to be one: a link leads elsewhere, or nowhere, and whoever reads a pipe waits for ever.
    if (!lstatSync(path).isFile()) throw noPlainFile(path);
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined; // it was let go meanwhile
    throw error;
  }
  return { path, number, content, ...parse(content) };
}

function noPlainFile(path: string): StorageError {
  const stat = lstatSync(path);
  const what = stat.isSymbolicLink() ? 'a symbolic link' : stat.isDirectory() ? 'a folder' : 'no plain file';
  const detail = `${path} is ${what}, where a run keeps its lock: look at what put it there and remove it`;
  return new StorageError('bad-lock', detail);
}

function parse(content: string): Pick<FoundLock, 'holder' | 'heartbeat'> {
  try {
    const lock = JSON.parse(content) as Readonly<Record<string, unknown>>;
    if (lock['format'] !== FORMAT) throw new Mismatch('format', FORMAT);
    const of = <T>(name: string, check: Check<T>): T => check(lock[name], name);
    const optional = (name: string): Record<string, string> =>
      lock[name] === undefined ? {} : { [name]: of(name, text(256)) };
    const identity: ProcessIdentity = {
      ...{ host: of('host', text(1024)), pid: of('pid', integer(0)) },
      ...{ ...optional('startTicks'), ...optional('boot'), ...optional('pidNamespace') },
    };
    const holder = { owner: of('owner', hex(32)), process: identity, began: of('began', text(32)) };
    return { holder, heartbeat: of('heartbeat', text(32)) };
  } catch {
    return { holder: undefined, heartbeat: undefined };
  }
}

/** What stays of a lock's content, up to its sign of life. */
export const lockHead = ({ owner, process: identity, began }: LockHolder): string =>
  `${JSON.stringify({ format: FORMAT, owner, ...identity, began }).slice(0, -1)},`;

/** The rest of it: as long each time, so that it can be written over the one before. */
export const lockSign = (beat: number, now: Date): string =>
  `"beat":"${String(beat).padStart(15, '0')}","heartbeat":"${now.toISOString()}"}\n`;

/**
 * Makes lock number `number`, which must not be there: of two who try, one succeeds.
 * @returns what the system knows the file by; undefined when it is there already
 */
export function createLock(folder: string, number: number, content: string): string | undefined {
  let file: number;
  try {
    file = openSync(lockPath(folder, number), 'wx');
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
  try {
    writeSync(file, content);
    return String(fstatSync(file, { bigint: true }).ino);
  } catch (error) {
    removeLock(lockPath(folder, number)); // one without a holder would be waited for
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Removes a lock that may be gone already. */
export function removeLock(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
  }
}
