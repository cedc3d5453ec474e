import { basename } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import type { Watch } from './watch.ts';

const CHECKPOINT = /\.safetensors$/;

/** The name of a checkpoint that somebody copies into the folder: of another run, which is further. */
const STRANGE_NAME = 'step-900000.safetensors';

/**
 * What has to hold of checkpoints: one that was reported written is there for ever, unless something else damages it, and one of
 * another run is neither gone on from nor touched.
 */
export class CheckpointWatch {
  readonly #disk: Disk;
  readonly #watch: Watch;
  /** Steps of the checkpoints that were reported written, by the name of their file. */
  readonly #written = new Map<string, number>();
  #strange: Uint8Array | undefined;

  constructor(disk: Disk, watch: Watch) {
    this.#disk = disk;
    this.#watch = watch;
  }

  /** Names of the checkpoints that are as they were written, the newest last. */
  get whole(): readonly string[] {
    return this.#files().filter((name) => !this.#disk.isDamaged(name));
  }

  /** The run says that it wrote a checkpoint. */
  onWritten(step: number, file: string): void {
    // What made room for this one is not missed when this one is damaged later.
    const there = new Set(this.#files());
    for (const name of this.#written.keys()) if (!there.has(name)) this.#written.delete(name);
    this.#written.set(basename(file), step);
  }

  /** Somebody copies a checkpoint of another run into the folder, once. */
  addStrange(bytes: Uint8Array): void {
    if (this.#strange !== undefined) return;
    this.#strange = bytes;
    this.#disk.put(STRANGE_NAME, bytes);
  }

  /** What is there of another run is as it was put there. */
  checkStrange(): void {
    if (this.#strange === undefined || this.#disk.holds(STRANGE_NAME, this.#strange)) return;
    this.#watch.fail(`the checkpoint of another run, ${STRANGE_NAME}, was touched`);
  }

  /** A coordinator goes on from the checkpoint of `step`. */
  onResumed(step: number): void {
    this.checkStrange();
    for (const [name, written] of this.#written) {
      if (this.#disk.isDamaged(name)) this.#written.delete(name);
      else if (written > step)
        this.#watch.fail(
          `the checkpoint ${name} was reported written, and the run went on from step ${step}`,
        );
    }
  }

  /** Somebody restores one of the files from elsewhere. */
  repair(): void {
    const name = this.#files().find((file) => this.#disk.isDamaged(file));
    if (name !== undefined) this.#disk.restore(name);
  }

  #files(): string[] {
    return this.#disk.files.filter((name) => CHECKPOINT.test(name) && name !== STRANGE_NAME).sort();
  }
}
