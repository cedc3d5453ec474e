import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from './atomic-write.ts';
import { checkpointFileName, FINAL_CHECKPOINT_NAME } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { systemCodeOf, writeError } from './storage-error.ts';

/** A place for the last checkpoint of a run whose own folder takes none. Nothing that lies there is replaced or removed. */
export class SpareCheckpoints {
  /** For people. */
  readonly place: string;
  readonly #files: FileSystem;
  readonly #makeFolder: () => string;
  #folder: string | undefined;

  private constructor(place: string, files: FileSystem, makeFolder: () => string) {
    this.place = place;
    this.#files = files;
    this.#makeFolder = makeFolder;
  }

  /** In a folder of the run's name, or with a number behind it, below `folder`. */
  static below(folder: string, run: string, files: FileSystem = nodeFiles): SpareCheckpoints {
    return new SpareCheckpoints(folder, files, () => {
      mkdirSync(folder, { recursive: true });
      return newFolder(join(folder, run));
    });
  }

  /** In a new folder below the system's temporary one, for this user alone. */
  static temporary(run: string, files: FileSystem = nodeFiles): SpareCheckpoints {
    return new SpareCheckpoints(tmpdir(), files, () => mkdtempSync(join(tmpdir(), `lockstep-${run}-`)));
  }

  /** @returns its path @throws {StorageError} `disk-full`, `write-failed` */
  async save(step: number | undefined, bytes: Uint8Array): Promise<string> {
    try {
      this.#folder ??= this.#makeFolder();
    } catch (error) {
      throw writeError(this.place, error);
    }
    const path = join(this.#folder, step === undefined ? FINAL_CHECKPOINT_NAME : checkpointFileName(step));
    await writeFileAtomically(path, bytes, this.#files);
    return path;
  }
}

/** `path`, or with the first number behind it that nobody has. */
function newFolder(path: string): string {
  for (let count = 2, candidate = path; ; candidate = `${path}-${count++}`) {
    try {
      mkdirSync(candidate);
      return candidate;
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw error;
    }
  }
}
