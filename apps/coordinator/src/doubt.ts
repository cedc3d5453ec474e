import { readRunRecord, recordDisagreement, type FileSystem, type Resumption } from '@lockstep/storage';

/**
 * The first step in which two computations gave different bits, of those that a run which goes on from `checkpoint` follows from, as
 * the checkpoint says or a folder; where it goes on from another folder's checkpoint, or from a copy, the doubt comes with it.
 * @param folders the run's own, and the one with its checkpoint
 * @param checkpoint undefined for a run that starts from nothing
 */
export function doubtOf(
  folders: readonly (string | undefined)[],
  checkpoint: Pick<Resumption['checkpoint'], 'step' | 'disagreedAt'> | undefined,
): number | undefined {
  if (checkpoint === undefined) return undefined;
  const doubts = folders.map((folder) =>
    folder === undefined ? undefined : readRunRecord(folder)?.disagreedAt,
  );
  const earliest = Math.min(...[checkpoint.disagreedAt, ...doubts].map((doubt) => doubt ?? Infinity));
  return earliest < checkpoint.step ? earliest : undefined;
}

/** Writes disagreements into a run's folder, one after the other, so that a later start knows of them. */
export class DoubtFile {
  readonly #folder: string;
  readonly #files: FileSystem;
  readonly #warn: (text: string) => void;
  #written: Promise<void> = Promise.resolve();
  #earliest = Infinity;

  constructor(folder: string, files: FileSystem, warn: (text: string) => void) {
    this.#folder = folder;
    this.#files = files;
    this.#warn = warn;
  }

  note(step: number): void {
    if (step >= this.#earliest) return;
    this.#earliest = step;
    this.#written = this.#written.then(() =>
      recordDisagreement(this.#folder, step, this.#files).catch((error: Error) =>
        this.#warn(`that bits disagreed in step ${step} is not written down: ${error.message}`),
      ),
    );
  }

  /** Resolves when everything is written. */
  close(): Promise<void> {
    return this.#written;
  }
}
