import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { StorageError, writeError } from '../storage-error.ts';
import { termIn } from '../term.ts';
import { Heartbeat } from './heartbeat.ts';
import {
  createLock,
  findLocks,
  lockHead,
  lockPath,
  lockSign,
  removeLock,
  type FoundLock,
  type LockHolder,
} from './lock-file.ts';
import { stateOf, thisProcess, type ProcessIdentity } from './process-identity.ts';

/** How often a holder gives a sign of life. */
const BEAT_MS = 1000;
/** A holder of whom nothing else can be known is gone when it gives no sign of life for so long. */
const SILENCE_MS = 10_000;
/** How often somebody who waits for a sign of life looks. */
const LOOK_MS = 200;
/** How long somebody who was not quick enough leaves the others to themselves, before looking again. */
const AGAIN_MS = 10;

export interface FolderLockOptions {
  /** Hears, for people, what is waited for and what is taken over. */
  readonly say: (text: string) => void;
  /** This process, unless a test says otherwise. */
  readonly me?: ProcessIdentity;
  readonly silenceMs?: number;
  readonly beatMs?: number;
}

/** A folder that belongs to this process until it lets go of it. */
export interface FolderLock {
  /**
   * To be called before anything is written: a process that was stopped, or cut off, may have lost the folder meanwhile.
   * @throws {StorageError} `lock-lost`, naming who has it
   */
  assertMine(): void;
  /** This start of a coordinator has `term` in the folder: another one there is from a start after it. */
  began(term: number): void;
  /** Whether it still has the folder. */
  readonly isMine: boolean;
  /** Resolves with the reason once the folder is lost to somebody else. */
  readonly lost: Promise<StorageError>;
  /** Lets go of it. May be called again. */
  release(): void;
}

/**
 * Takes `folder`, which is there, for this process alone. A lock whose holder is gone is taken over, aloud: on this machine the
 * system knows whether it is; of another machine's or container's process nothing is known but its signs of life, which are
 * waited for.
 * @throws {StorageError} `locked`, naming the holder; `bad-lock`, `write-failed`, `disk-full`
 */
export async function lockFolder(folder: string, options: FolderLockOptions): Promise<FolderLock> {
  const { say, me = thisProcess(), silenceMs = SILENCE_MS, beatMs = BEAT_MS } = options;
  const holder: LockHolder = {
    ...{ owner: randomBytes(16).toString('hex'), process: me, began: new Date().toISOString() },
  };
  try {
    // Signals and timers are heard between two rounds, however many there are.
    for (; ; await delay(AGAIN_MS)) {
      const [found] = findLocks(folder);
      const why = found === undefined ? undefined : await whyStale(folder, found, { say, me, silenceMs });
      const number = (found?.number ?? 0) + 1;
      const inode = createLock(folder, number, lockHead(holder) + lockSign(0, new Date()));
      // Somebody else was quicker: who that is, is asked in the next round.
      if (inode === undefined) continue;
      if (!isStill(folder, found)) {
        removeLock(lockPath(folder, number));
        continue;
      }
      if (found !== undefined) {
        say(`takes over ${folder} from ${describeHolder(found)}: ${why}`);
        for (const older of findLocks(folder).slice(1)) removeLock(older.path);
      }
      return new HeldLock({ folder, number, holder, inode, beatMs });
    }
  } catch (error) {
    throw writeError(lockPath(folder, 1), error);
  }
}

/** Whether the lock that was found to be stale is still the one below the newest. */
function isStill(folder: string, found: FoundLock | undefined): boolean {
  const below = findLocks(folder)[1];
  return below?.path === found?.path && below?.content === found?.content;
}

/** Why the holder of a lock has it no more. @throws {StorageError} `locked` when it has */
async function whyStale(
  folder: string,
  found: FoundLock,
  { say, me, silenceMs }: { say: (text: string) => void; me: ProcessIdentity; silenceMs: number },
): Promise<string> {
  const state = found.holder === undefined ? 'unknown' : stateOf(found.holder.process, me);
  if (state === 'gone') return 'it is gone';
  if (state !== 'unknown') throw locked(folder, found, state === 'stopped');
  const seconds = silenceMs / 1000;
  say(`${folder} is locked by ${describeHolder(found)}: waiting ${seconds} s for a sign of life from it`);
  const until = performance.now() + silenceMs;
  while (performance.now() < until) {
    await delay(Math.min(LOOK_MS, silenceMs));
    const [now] = findLocks(folder);
    if (now === undefined) return 'it let go';
    if (now.content !== found.content) throw locked(folder, now, false);
  }
  return `it gave no sign of life for ${seconds} s`;
}

function locked(folder: string, found: FoundLock, isStopped: boolean): StorageError {
  const pid = found.holder?.process.pid;
  const remedy = isStopped
    ? `it is stopped: let it go on (fg, or kill -CONT ${pid}), end it (kill ${pid}; kill -CONT ${pid})`
    : `wait until it ends, end it${pid === undefined ? '' : ` (kill ${pid})`}`;
  const detail = `${folder} is in use by ${describeHolder(found)}; ${remedy}, or give another --out`;
  return new StorageError('locked', detail);
}

function describeHolder({ holder, heartbeat }: FoundLock): string {
  if (holder === undefined) return 'somebody whose lock cannot be read';
  const { process: of, began } = holder;
  return `process ${of.pid} on ${of.host}, since ${began} (last sign of life ${heartbeat})`;
}

const lost = (folder: string, who: string): StorageError =>
  new StorageError(
    'lock-lost',
    `${folder} was taken over by ${who}, while this process was stopped or out of reach; ` +
      'nothing more is written there, and that one goes on with the run',
  );

interface HeldLockSetup {
  readonly folder: string;
  readonly number: number;
  readonly holder: LockHolder;
  readonly inode: string;
  readonly beatMs: number;
}

class HeldLock implements FolderLock {
  readonly lost: Promise<StorageError>;
  readonly #setup: HeldLockSetup;
  readonly #watch: NodeJS.Timeout;
  readonly #onExit = (): void => this.release();
  #heartbeat: Heartbeat;
  /** Of the last start in the folder, as far as this holder knows. */
  #term: number;
  #lose!: (error: StorageError) => void;
  #isReleased = false;

  constructor(setup: HeldLockSetup) {
    this.#setup = setup;
    this.#term = termIn(setup.folder);
    this.lost = new Promise((resolve) => (this.#lose = resolve));
    this.#heartbeat = this.#beat(setup.inode);
    this.#watch = setInterval(() => {
      const error = this.#whyLost();
      if (error !== undefined) this.#lose(error);
    }, setup.beatMs).unref();
    process.once('exit', this.#onExit);
  }

  assertMine(): void {
    const error = this.#whyLost();
    if (error === undefined) return;
    this.#lose(error);
    throw error;
  }

  began(term: number): void {
    this.#term = term;
  }

  get isMine(): boolean {
    return !this.#isReleased && this.#whyLost() === undefined;
  }

  release(): void {
    if (this.#isReleased) return;
    const { isMine } = this;
    this.#isReleased = true;
    clearInterval(this.#watch);
    this.#heartbeat.end();
    process.off('exit', this.#onExit);
    if (!isMine) return;
    try {
      removeLock(lockPath(this.#setup.folder, this.#setup.number));
    } catch {
      return; // it is stale from now on, and found to be so
    }
  }

  /** Why the folder is somebody else's. That it cannot be looked at says nothing: whatever is written then fails by itself. */
  #whyLost(): StorageError | undefined {
    const { folder, number, holder } = this.#setup;
    if (this.#isReleased) return undefined;
    try {
      const [found] = findLocks(folder);
      if (found === undefined) return this.#restore();
      if (found.number === number && (found.holder === undefined || found.holder.owner === holder.owner)) {
        return undefined;
      }
      return lost(folder, describeHolder(found));
    } catch {
      return undefined;
    }
  }

  /**
   * Nobody has the folder: somebody removed the lock by hand, and it is this process's as before; or somebody took it over and is done,
   * or took it over between two looks of this one, and it is not.
   */
  #restore(): StorageError | undefined {
    const { folder, number, holder } = this.#setup;
    const inode = createLock(folder, number, lockHead(holder) + lockSign(0, new Date()));
    if (inode === undefined) return this.#whyLost();
    const other = findLocks(folder).find((found) => found.number !== number);
    const who = other === undefined ? this.#whoStartedSince() : describeHolder(other);
    if (who !== undefined) {
      removeLock(lockPath(folder, number));
      return lost(folder, who);
    }
    this.#heartbeat.end();
    this.#heartbeat = this.#beat(inode);
    return undefined;
  }

  #whoStartedSince(): string | undefined {
    const term = termIn(this.#setup.folder);
    return term === this.#term ? undefined : `the start with term ${term}, which is over`;
  }

  #beat(inode: string): Heartbeat {
    const { folder, number, holder, beatMs } = this.#setup;
    return new Heartbeat({ path: lockPath(folder, number), inode, head: lockHead(holder), everyMs: beatMs });
  }
}
