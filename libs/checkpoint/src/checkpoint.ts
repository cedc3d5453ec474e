import type { TensorSlot } from '@lockstep/nn';

/** Why a checkpoint was written. */
export const CHECKPOINT_REASONS = ['interval', 'interrupted', 'finished', 'diverged'] as const;
export type CheckpointReason = (typeof CHECKPOINT_REASONS)[number];

/**
 * Everything needed to go on with a run, or to use its weights. Plain gradient descent keeps no optimizer state, and row order
 * and initial weights follow from the configuration's seed, so this is all.
 * @template Config `RunConfig` on the way in; on the way out a JSON value that the reader validates
 */
export interface Checkpoint<Config = unknown> {
  /** The whole flat buffer. */
  readonly weights: Float32Array;
  /** Where each tensor lies in `weights`, in layout order, without holes. */
  readonly slots: readonly TensorSlot[];
  /** Committed steps: the number of the step to do next. */
  readonly step: number;
  /** The term of the coordinator that wrote it. */
  readonly term: number;
  readonly reason: CheckpointReason;
  /** The run it belongs to, 32 hexadecimal digits; checkpoints of versions that gave runs no identity have none. */
  readonly run?: string;
  readonly config: Config;
}
