import { basename, dirname } from 'node:path';
import type { FileSystem, OpenFile } from '@lockstep/storage';
import type { Dice } from '../world/dice.ts';
import type { Host } from '../world/host.ts';

/** A failure as Node's file system reports it. */
class SystemError extends Error {
  override readonly name = 'SystemError';
  constructor(
    readonly code: string,
    path: string,
  ) {
    super(`${code}: ${path}`);
  }
}

/** A file's content: what a process sees of it, and how much of it a loss of power leaves. */
interface Content {
  bytes: Uint8Array;
  /** What reached the platters. */
  syncedBytes: Uint8Array;
  /** What was in it before a bit of it changed by itself. */
  undamaged?: Uint8Array;
}

/** A name that appears or goes: in force at once, and after a loss of power only if it got that far. */
interface FolderChange {
  readonly name: string;
  readonly content: Content | undefined;
}

/** How long the disk takes, microseconds. */
const OPERATION_MICROS = { least: 50, most: 3000 };

/**
 * A disk with one folder. What a process wrote is seen by all at once, and lost with the machine's power unless it was synced: a
 * file's content by syncing the file, names by syncing the folder, as POSIX has it. Unsynced names reach the disk in their
 * order or not at all; unsynced content in any part. It can be full, slow, or flip a bit.
 */
export class Disk {
  readonly #dice: Dice;
  #names = new Map<string, Content>();
  /** Names as a loss of power leaves them. */
  readonly #syncedNames = new Map<string, Content>();
  readonly #changes: FolderChange[] = [];
  /** Everything takes so many times longer. */
  slowness = 1;
  #isFull = false;
  #wasFull = false;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** Whether nothing more can be written. */
  get isFull(): boolean {
    return this.#isFull;
  }

  set isFull(isFull: boolean) {
    this.#isFull = isFull;
    this.#wasFull ||= isFull;
  }

  /** Whether it ever was full. */
  get wasFull(): boolean {
    return this.#wasFull;
  }

  /** Names of the files. */
  get files(): readonly string[] {
    return [...this.#names.keys()];
  }

  /** The file system as a process sees it: it waits for the disk, and never hears of it when it is gone. */
  filesOf(host: Host): FileSystem {
    const wait = (): Promise<void> => {
      const { least, most } = OPERATION_MICROS;
      return host.sleep(this.#dice.magnitude(least, most) * this.slowness);
    };
    return {
      open: async (path, flags) => {
        await wait();
        return flags === 'r' ? this.#openFolder(wait) : this.#create(path, wait);
      },
      rename: async (from, to) => {
        await wait();
        const content = this.#contentOf(from);
        this.#change(basename(from), undefined);
        this.#change(basename(to), content);
      },
      remove: async (path) => {
        await wait();
        if (this.#names.has(basename(path))) this.#change(basename(path), undefined);
      },
      list: () => this.files.slice(),
      read: (path, most) => this.#contentOf(path).bytes.slice(0, most),
    };
  }

  /** Somebody copies a file there, from elsewhere. */
  put(name: string, bytes: Uint8Array): void {
    const content = { bytes, syncedBytes: bytes };
    this.#change(name, content);
    this.#syncedNames.set(name, content);
  }

  /** Whether the file is there and has these bytes. */
  holds(name: string, bytes: Uint8Array): boolean {
    const content = this.#names.get(name);
    return content !== undefined && Buffer.compare(content.bytes, bytes) === 0;
  }

  /** The machine lost power: what was not synced is there in part, or not at all. */
  losePower(): void {
    const reached = this.#dice.integer(0, this.#changes.length);
    for (const change of this.#changes.splice(0).slice(0, reached)) this.#sync(change);
    this.#names = new Map(this.#syncedNames);
    for (const content of this.#names.values()) {
      const { bytes, syncedBytes } = content;
      const unsynced = bytes.length - syncedBytes.length;
      const kept = syncedBytes.length + (unsynced > 0 ? this.#dice.integer(0, unsynced) : 0);
      content.bytes = bytes.slice(0, kept);
      content.syncedBytes = content.bytes;
    }
  }

  /** A bit of the file changes by itself. */
  damage(name: string): void {
    const content = this.#contentOf(name);
    const bytes = content.bytes.slice();
    bytes[this.#dice.integer(0, bytes.length - 1)]! ^= 1 << this.#dice.integer(0, 7);
    content.undamaged ??= content.bytes;
    content.bytes = bytes;
    content.syncedBytes = bytes;
  }

  /** Whether the file is not what was written to it. */
  isDamaged(name: string): boolean {
    return this.#names.get(name)?.undamaged !== undefined;
  }

  /** Somebody restores the file from elsewhere. */
  restore(name: string): void {
    const content = this.#contentOf(name);
    content.bytes = content.undamaged ?? content.bytes;
    content.syncedBytes = content.bytes;
    delete content.undamaged;
  }

  #create(path: string, wait: () => Promise<void>): OpenFile {
    if (dirname(path) !== FOLDER) throw new SystemError('ENOENT', path);
    if (this.#names.has(basename(path))) throw new SystemError('EEXIST', path);
    const content: Content = { bytes: new Uint8Array(0), syncedBytes: new Uint8Array(0) };
    this.#change(basename(path), content);
    const append = (bytes: Uint8Array): void => {
      const all = new Uint8Array(content.bytes.length + bytes.length);
      all.set(content.bytes);
      all.set(bytes, content.bytes.length);
      content.bytes = all;
    };
    return {
      writeFile: async (bytes) => {
        const half = this.#dice.integer(0, bytes.length);
        await wait();
        append(bytes.subarray(0, half));
        if (this.#isFull) throw new SystemError('ENOSPC', path);
        await wait();
        append(bytes.subarray(half));
      },
      sync: async () => {
        await wait();
        if (this.#isFull) throw new SystemError('ENOSPC', path);
        content.syncedBytes = content.bytes;
      },
      close: () => wait(),
    };
  }

  #openFolder(wait: () => Promise<void>): OpenFile {
    return {
      writeFile: () => Promise.reject(new SystemError('EISDIR', FOLDER)),
      sync: async () => {
        await wait();
        for (const change of this.#changes.splice(0)) this.#sync(change);
      },
      close: () => wait(),
    };
  }

  #contentOf(path: string): Content {
    const content = this.#names.get(basename(path));
    if (content === undefined) throw new SystemError('ENOENT', path);
    return content;
  }

  #change(name: string, content: Content | undefined): void {
    if (content === undefined) this.#names.delete(name);
    else this.#names.set(name, content);
    this.#changes.push({ name, content });
  }

  #sync({ name, content }: FolderChange): void {
    if (content === undefined) this.#syncedNames.delete(name);
    else this.#syncedNames.set(name, content);
  }
}

/** Where the simulated run keeps its files. */
export const FOLDER = '/run';
