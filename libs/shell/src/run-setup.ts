import type { RunNotice, Timeline } from '@lockstep/metrics';
import type { Evaluator } from './evaluator.ts';
import type { LastCheckpoint, LastResort } from './last-checkpoint.ts';
import type { Trainer } from './trainer.ts';

/** Where checkpoints are kept. */
export interface CheckpointStore {
  /** For people. */
  readonly place: string;
  /**
   * Writes a checkpoint, whole or not at all; the older ones that it makes superfluous go.
   * @param step undefined for the one at the end of the run
   * @returns where it lies; rejects with an error for people
   */
  save(step: number | undefined, bytes: Uint8Array): Promise<string>;
  /** Writes the checkpoint of the best evaluation in place of the one before; left out where none is kept. */
  saveBest?(bytes: Uint8Array): Promise<string>;
  /** Where that of the starts before this one lies. */
  readonly best?: string | undefined;
}

export interface RunSetup {
  readonly trainer: Trainer;
  readonly evaluator: Evaluator;
  readonly checkpoints: CheckpointStore;
  readonly term: number;
  /** The run's identity, which its checkpoints carry; left out where nobody keeps them. */
  readonly runId?: string;
  /** What to do when it takes no checkpoint at the run's end; left out, nothing but to say so. */
  readonly lastResort?: LastResort;
  /** Seconds between two checkpoints by time; none when it is 0 or left out. */
  readonly checkpointSeconds?: number;
  notify(notice: RunNotice): void;
  /** Seconds of a monotonic clock. */
  now(): number;
  /** The first step of a start before this one in which two computations gave different bits. */
  readonly disagreedAt?: number | undefined;
  /** Who draws how long everything takes; left out, nothing is measured for it. */
  readonly timeline?: Timeline;
}

/** How a run ended, and where its weights are. */
export interface RunEnd extends LastCheckpoint {
  readonly type: 'completed' | 'diverged' | 'stopped';
  readonly step: number;
  readonly weightsSha256: string;
  /** Of the moving average of the weights; left out where the run takes none. */
  readonly averageSha256?: string;
}
