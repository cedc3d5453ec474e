import type { Span } from '@lockstep/data';
import type { FinishReason, RunEffect, StandbyReason } from './events/effects.ts';
import type { WorkerId } from './events/events.ts';
import type { Dealt } from './dealing/deal.ts';

/**
 * What a worker's answers have shown. A span of n rows, asked for together with the weights and nothing before it, is answered
 * after latencyMicros + downMicros + upMicros + n * rowNanos / 1000.
 */
export interface Speed {
  readonly rowNanos: number;
  /** Of a question and its answer, however few bytes they have; waiting in queues. */
  readonly latencyMicros: number;
  /** For as many bytes as the weights have, on their way to the worker. */
  readonly downMicros: number;
  /** For a gradient, on its way back. */
  readonly upMicros: number;
  /** Answers measured since the last guess, counted up to a few: how far `rowNanos` can be trusted. */
  readonly samples: number;
}

export interface WorkerState {
  readonly id: WorkerId;
  readonly name: string;
  /** Whether its heartbeats go on while it computes. */
  readonly beatsAtWork: boolean;
  /**
   * A worker in the lobby is given no leases; it enters at the next step where there is a place. It holds one only when it
   * lost its place for being late with it.
   */
  readonly isActive: boolean;
  readonly strikes: number;
  /** Undefined until its first answer, or its first missed deadline. */
  readonly speed: Speed | undefined;
  /** The step of the newest weights it was sent; -1 before the first. */
  readonly weightsStep: number;
  /** Microseconds: the newest sign of life. */
  readonly heardAt: number;
  /** Microseconds: its newest answer; a lease older than that waited for it. */
  readonly answeredAt: number;
  /** Microseconds: not before then is it given a finished span to check. */
  readonly recheckAt: number;
  /** When it was last given a part of a step: the step, and microseconds. -1 and the time it came, if never. */
  readonly dealt: { readonly step: number; readonly at: number };
  /** What it was told it does instead of computing for the step; undefined since it was last dealt to. */
  readonly standby: StandbyReason | undefined;
  /** What its heartbeats said: rows of a step it has computed. */
  readonly progress: { readonly step: number; readonly rowsDone: number };
}

/** A span given to a worker. Times in microseconds. */
export interface Lease {
  readonly worker: WorkerId;
  readonly leasedAt: number;
  /** When the answer is predicted to come. */
  readonly expectedAt: number;
  /** Whether the worker was never measured, so that the prediction is a guess. */
  readonly isGuess: boolean;
  readonly deadline: number;
  /** Progress may move the deadline, not beyond this. */
  readonly latest: number;
  /** Bytes that travel to the worker for it, in thousandths of those of the weights. */
  readonly downPermille: number;
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
  /** Of the contribution kept: what another computation of the span must have too. */
  readonly digest: string | undefined;
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
  /** Leases of this step last so many thousandths of their predicted time. */
  readonly patiencePermille: number;
  /** Every leaf is covered and the shell was asked to commit. */
  readonly isCommitting: boolean;
}

/** A covered span that somebody is still computing: the answer is evidence, compared with the contribution that counted. */
export interface Recheck {
  readonly worker: WorkerId;
  readonly step: number;
  readonly span: Span;
  readonly coveredBy: WorkerId;
  readonly digest: string;
  /** recheck: given to be compared; late: was wanted, and others were sooner. */
  readonly origin: 'recheck' | 'late';
  readonly leasedAt: number;
  readonly expectedAt: number;
  readonly downPermille: number;
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
  /** Of this step and earlier ones. */
  readonly rechecks: readonly Recheck[];
  /** How the newest step was dealt: it is dealt so again, where that is nearly as good as anything else. */
  readonly lastDeal: readonly Dealt[];
  /** How long recent answers took, in thousandths of what was predicted; the oldest first. */
  readonly latenesses: readonly number[];
  /** Microseconds: the newest tick. Undefined before the first event. */
  readonly tickedAt: number | undefined;
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
