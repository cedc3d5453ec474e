import { join } from 'node:path';
import { writeFileAtomically } from './atomic-write.ts';
import { checkpointFileName, FINAL_CHECKPOINT_NAME } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { keepNewestCheckpoints } from './keep-newest.ts';

/** Step checkpoints a run keeps, unless it is told how many. */
const CHECKPOINTS_KEPT = 3;

export interface FolderCheckpointsOptions {
  /** The run's identity: its checkpoints alone are pruned. */
  readonly run?: string;
  /** How many of the newest stay, beside the final one. */
  readonly keep?: number;
  readonly files?: FileSystem;
}

/** The checkpoints of a run in its folder: the newest few, and the final one. */
export class FolderCheckpoints {
  /** The folder. */
  readonly place: string;
  readonly #options: FolderCheckpointsOptions;

  constructor(folder: string, options: FolderCheckpointsOptions = {}) {
    this.place = folder;
    this.#options = options;
  }

  /**
   * Writes a checkpoint, whole or not at all, then deletes those beyond the newest few.
   * @param step committed steps; undefined for `final.safetensors`
   * @returns its path
   * @throws {StorageError} `disk-full`, `write-failed`, `read-failed`
   */
  async save(step: number | undefined, bytes: Uint8Array): Promise<string> {
    const { run, keep: count = CHECKPOINTS_KEPT, files = nodeFiles } = this.#options;
    const written = join(this.place, step === undefined ? FINAL_CHECKPOINT_NAME : checkpointFileName(step));
    await writeFileAtomically(written, bytes, files);
    await keepNewestCheckpoints(this.place, { count, run, written }, files);
    return written;
  }
}
