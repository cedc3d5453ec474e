import type { OptimizerState, SteeringState, TensorSlot } from '@lockstep/nn';

/** Why a checkpoint was written. */
export const CHECKPOINT_REASONS = ['interval', 'interrupted', 'finished', 'diverged', 'best'] as const;
export type CheckpointReason = (typeof CHECKPOINT_REASONS)[number];

/**
 * Everything needed to go on with a run, or to use its weights: row order, initial weights and learning rates follow from the configuration
 * and the step.
 * @template Config `RunConfig` on the way in; on the way out a JSON value that the reader validates
 */
export interface Checkpoint<Config = unknown> {
  /** The whole flat buffer. */
  readonly weights: Float32Array;
  /** Where each tensor lies in `weights`, in layout order, without holes. */
  readonly slots: readonly TensorSlot[];
  /** What the optimizer knows of the steps before; left out where it keeps nothing, as plain gradient descent. */
  readonly optimizer?: OptimizerState;
  /** The moving average of the weights in float64, in their layout; left out where the run takes none. */
  readonly average?: Float64Array;
  /** Committed steps: the number of the step to do next. */
  readonly step: number;
  /** The term of the coordinator that wrote it. */
  readonly term: number;
  readonly reason: CheckpointReason;
  /** What evaluations have decided; left out before the first one that decides. */
  readonly steering?: SteeringState;
  /** The run it belongs to, 32 hexadecimal digits; checkpoints of versions that gave runs no identity have none. */
  readonly run?: string;
  /** The first step that the weights follow from in which two computations gave different bits; left out where there is none. */
  readonly disagreedAt?: number;
  readonly config: Config;
}
