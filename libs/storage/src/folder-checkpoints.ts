import { join } from 'node:path';
import { writeFileAtomically } from './atomic-write.ts';
import { checkpointFileName, FINAL_CHECKPOINT_NAME, keepNewestCheckpoints } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';

/** Step checkpoints a run keeps, unless it is told how many. */
const CHECKPOINTS_KEPT = 3;

/** The checkpoints of a run in its folder: the newest few, and the final one. */
export class FolderCheckpoints {
  /** The folder. */
  readonly place: string;
  readonly #files: FileSystem;
  readonly #keep: number;

  /** @param keep how many of the newest stay, beside the final one */
  constructor(folder: string, files: FileSystem = nodeFiles, keep = CHECKPOINTS_KEPT) {
    this.place = folder;
    this.#files = files;
    this.#keep = keep;
  }

  /**
   * Writes a checkpoint, whole or not at all, then deletes those beyond the newest few.
   * @param step committed steps; undefined for `final.safetensors`
   * @returns its path
   * @throws {StorageError} `disk-full`, `write-failed`, `read-failed`
   */
  async save(step: number | undefined, bytes: Uint8Array): Promise<string> {
    const path = join(this.place, step === undefined ? FINAL_CHECKPOINT_NAME : checkpointFileName(step));
    await writeFileAtomically(path, bytes, this.#files);
    await keepNewestCheckpoints(this.place, this.#keep, this.#files);
    return path;
  }
}
