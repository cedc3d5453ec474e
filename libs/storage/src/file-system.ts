import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A file, or a folder, that was opened. */
export interface OpenFile {
  /** Appends all of `bytes`. */
  writeFile(bytes: Uint8Array): Promise<void>;
  /** Resolves when what was written, or renamed in the folder, survives a loss of power. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What a run's durable files need of a file system: Node's, or one that a test or the simulation makes up. Every failure carries
 * the system's code ("ENOSPC", "ENOENT"), as Node's do.
 */
export interface FileSystem {
  /** `wx`: a new file to write, with the permissions `mode` from the start; `r`: a folder, to sync it. */
  open(path: string, flags: 'wx' | 'r', mode?: number): Promise<OpenFile>;
  /** Takes the place of what is called `to`; of a link itself, never of what it leads to. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a link and not what it leads to; one that is not there is no failure. */
  remove(path: string): Promise<void>;
  /** Names of the plain files in `folder`, and of the links to one; a link that leads nowhere may have led to one, and is named too. */
  list(folder: string): string[];
  /** A file's bytes; with `most`, no more than so many from its beginning. */
  read(path: string, most?: number): Uint8Array;
}

/** The file system of this machine. */
export const nodeFiles: FileSystem = {
  open: (path, flags, mode) => open(path, flags, mode),
  rename,
  remove: (path) => rm(path, { force: true }),
  list: (folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter(
        (entry) => entry.isFile() || (entry.isSymbolicLink() && mayLeadToFile(join(folder, entry.name))),
      )
      .map((entry) => entry.name),
  read: (path, most) => (most === undefined ? readFileSync(path) : readStart(path, most)),
};

/** False only where something else is found: what cannot be looked at is told of by whoever reads it. */
function mayLeadToFile(link: string): boolean {
  try {
    return statSync(link).isFile();
  } catch {
    return true;
  }
}

function readStart(path: string, most: number): Uint8Array {
  const bytes = new Uint8Array(most);
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < most; length += read) {
      read = readSync(file, bytes, length, most - length, length);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
