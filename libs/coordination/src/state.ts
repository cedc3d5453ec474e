import type { Span } from '@lockstep/data';
import type { FinishReason, RunEffect } from './effects.ts';
import type { WorkerId } from './events.ts';

/** What a worker's contributions have shown: a span of n rows takes overheadMicros + n * rowNanos / 1000. */
export interface Speed {
  readonly rowNanos: number;
  /** Weights, rows and gradient on their way, and waiting in queues. */
  readonly overheadMicros: number;
}

export interface WorkerState {
  readonly id: WorkerId;
  readonly name: string;
  /** A worker in the lobby has no weights and no leases; it enters at the next step. */
  readonly isActive: boolean;
  readonly strikes: number;
  /** Undefined until its first contribution, or its first missed deadline. */
  readonly speed: Speed | undefined;
}

/** A span given to a worker. */
export interface Lease {
  readonly worker: WorkerId;
  /** Microseconds. */
  readonly leasedAt: number;
  /** Microseconds. */
  readonly deadline: number;
  /**
   * held: being computed; overdue: past its deadline, may still be answered; answered: a contribution came;
   * revoked: taken back, an answer is stale.
   */
  readonly status: 'held' | 'overdue' | 'answered' | 'revoked';
}

export interface SpanState {
  readonly span: Span;
  /** open: wanted; covered: `coveredBy`'s contribution is kept; split: its two children took its place. */
  readonly status: 'open' | 'covered' | 'split';
  readonly coveredBy: WorkerId | undefined;
  /** Everyone who was given this span in this step, in that order. */
  readonly leases: readonly Lease[];
  /** Whose non-finite contributions the shell is checking; the step does not commit before it knows. */
  readonly recomputingFor: readonly WorkerId[];
}

/** The step in flight. */
export interface Round {
  readonly leafCount: number;
  /** The spans that are not `split` cover every leaf exactly once. */
  readonly spans: readonly SpanState[];
  /** Every leaf is covered and the shell was asked to commit. */
  readonly isCommitting: boolean;
}

/**
 * Everything the coordinator decides from: plain data, replaced and never changed. Arrays, not maps: copying a few hundred
 * references costs less than copying a map, and their order is part of the state.
 */
export interface RunState {
  /** lobby: waiting for the first `minWorkers` workers. */
  readonly phase: 'lobby' | 'training' | 'finished';
  /** Committed steps, which is the number of the step in flight. */
  readonly step: number;
  /** In the order they joined. */
  readonly workers: readonly WorkerState[];
  /** Undefined outside `training`. */
  readonly round: Round | undefined;
  /** Waiting without workers was announced, and nobody came since. */
  readonly isWaiting: boolean;
  /** A stop that came while the shell was committing: acted on right after. */
  readonly stopReason: string | undefined;
  readonly finishReason: FinishReason | undefined;
}

export interface Transition {
  readonly state: RunState;
  readonly effects: readonly RunEffect[];
}
