import { join } from 'node:path';
import { writeFileAtomically } from './atomic-write.ts';
import { BEST_CHECKPOINT_NAME, checkpointFileName, FINAL_CHECKPOINT_NAME } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { keepNewestCheckpoints } from './keep-newest.ts';
import { StorageError, type StorageErrorCode } from './storage-error.ts';

/** Step checkpoints a run keeps, unless it is told how many. */
const CHECKPOINTS_KEPT = 3;

/** What may keep older checkpoints from being deleted, and makes no written one worse. */
const TROUBLE: ReadonlySet<StorageErrorCode> = new Set(['write-failed', 'read-failed']);

export interface FolderCheckpointsOptions {
  /** The run's identity: its checkpoints alone are pruned. */
  readonly run?: string;
  /** How many of the newest stay, beside the final one. */
  readonly keep?: number;
  readonly files?: FileSystem;
  /** Where the checkpoint of the best evaluation of the run's starts before this one lies. */
  readonly best?: string | undefined;
  /** Hears why older checkpoints stay that were to go; each reason once, until another comes. */
  warn?(text: string): void;
}

/** The checkpoints of a run in its folder: the newest few, and the final one. */
export class FolderCheckpoints {
  /** The folder. */
  readonly place: string;
  readonly #options: FolderCheckpointsOptions;
  /** Where the checkpoint of the best evaluation of the run's starts before this one lies. */
  readonly best: string | undefined;
  #warned: string | undefined;

  constructor(folder: string, options: FolderCheckpointsOptions = {}) {
    this.place = folder;
    this.best = options.best;
    this.#options = options;
  }

  /**
   * Writes a checkpoint, whole or not at all, then deletes those beyond the newest few. One that cannot be deleted is warned of: what
   * was to be kept is.
   * @param step committed steps; undefined for `final.safetensors`
   * @returns its path
   * @throws {StorageError} `disk-full`, `write-failed`; `lock-lost`, also where that is noticed when it is written
   */
  async save(step: number | undefined, bytes: Uint8Array): Promise<string> {
    const { files = nodeFiles } = this.#options;
    const written = join(this.place, step === undefined ? FINAL_CHECKPOINT_NAME : checkpointFileName(step));
    await writeFileAtomically(written, bytes, files);
    await this.#prune(written, files);
    return written;
  }

  /**
   * Writes the checkpoint of the best evaluation, whole or not at all, over the one before. It is never pruned.
   * @returns its path
   * @throws {StorageError} as `save`
   */
  async saveBest(bytes: Uint8Array): Promise<string> {
    const written = join(this.place, BEST_CHECKPOINT_NAME);
    await writeFileAtomically(written, bytes, this.#options.files ?? nodeFiles);
    return written;
  }

  async #prune(written: string, files: FileSystem): Promise<void> {
    const { run, keep: count = CHECKPOINTS_KEPT, warn } = this.#options;
    try {
      await keepNewestCheckpoints(this.place, { count, run, written }, files);
      this.#warned = undefined;
    } catch (error) {
      if (!(error instanceof StorageError) || !TROUBLE.has(error.code)) throw error;
      if (error.message !== this.#warned) warn?.(`an older checkpoint was not pruned: ${error.message}`);
      this.#warned = error.message;
    }
  }
}
