import type { RunConfig } from '@lockstep/config';
import type { Holder } from '../notice.ts';

/** What viewers are sent: plain JSON values, a few times a second. Times are milliseconds since the Unix epoch. */

export type Phase = 'waiting' | 'training' | 'paused' | 'finished' | 'diverged' | 'stopped';

/** What does not change while a coordinator runs. */
export interface RunFacts {
  readonly run: string;
  readonly term: number;
  readonly config: RunConfig;
  readonly stepsPerEpoch: number;
  readonly startedAt: number;
}

/** What to type about a run: to go on with it, to measure its final weights, where there are any, and to see it again. */
export interface RunCommands {
  readonly resume: string;
  readonly evaluate?: string;
  /** Shows the run again when its coordinator is gone; left out by what shows it so. */
  readonly dashboard?: string;
  /** Where the last weights lie that the run's folder did not take; the other commands work once they are taken back. */
  readonly kept?: { readonly file: string; readonly takeBack: string };
}

/** Points of the charts, oldest first; each stands for as many steps as its history has been thinned to. */
export interface HistoryColumns {
  /** Committed steps at the end of each point. */
  readonly steps: readonly number[];
  readonly at: readonly number[];
  /** Mean over the rows of the point's steps. */
  readonly loss: readonly number[];
  readonly rowsPerSecond: readonly number[];
}

export interface EpochPoint {
  readonly epoch: number;
  readonly step: number;
  readonly at: number;
  /** Left out where rows have numbers. */
  readonly testAccuracy?: number;
  readonly testLoss: number;
  /** The figures are of the rows held back for validation, not of the test rows. */
  readonly isValidation?: true;
}

/** `standby`: has no part of the step in flight. */
export type WorkerState = 'lobby' | 'computing' | 'standby' | 'left';

export interface WorkerPicture {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly engine: string;
  readonly backend: string;
  readonly threads: number;
  readonly state: WorkerState;
  /** Which colour and pattern: the least number that was free when it joined. */
  readonly slot: number;
  readonly rows: number;
  readonly spans: number;
  readonly rowsPerSecond: number;
  /** From lease to answer, without the time it computed. */
  readonly latencyMs: number;
  /** Empty before the first. */
  readonly lastVerdict: string;
  readonly strikes: number;
}

/** A lease of a step: the ids of its holder and of a second one ('' for none), and when, in milliseconds of the step. */
export type SpanPicture = readonly [
  firstLeaf: number,
  leafCount: number,
  worker: string,
  second: string,
  state: 'leased' | 'covered' | 'overdue' | 'lost',
  leasedMs: number,
  /** When it was covered or lost; -1 while it is neither. */
  endedMs: number,
];

export interface BatchPicture {
  readonly step: number;
  readonly leafCount: number;
  /** In the order they were leased; a later one takes the place of those it overlaps. */
  readonly spans: readonly SpanPicture[];
  /** Milliseconds from its start to its end; -1 while it is in flight. */
  readonly totalMs: number;
}

/** Where the time of a step goes, in milliseconds, along the span that came last. */
export interface StepTime {
  readonly compute: number;
  readonly wire: number;
  readonly wait: number;
  readonly reduce: number;
}

export interface EventPicture {
  /** Counts up from 1. */
  readonly number: number;
  readonly at: number;
  readonly kind: 'joined' | 'left' | 'epoch' | 'checkpoint' | 'warning' | 'run';
  /** The step it happened in. */
  readonly step: number;
  readonly text: string;
}

/** Where the last weights of a run are that its folder did not take: in another place, or nowhere. */
export type Unsaved = 'elsewhere' | 'lost';

/** How a run ended. */
export interface Ending {
  readonly step: number;
  readonly at: number;
  readonly weightsSha256: string;
  readonly testAccuracy?: number;
  readonly seconds?: number;
  /** Left out where the run's folder has its last weights. */
  readonly unsaved?: Unsaved;
}

/** What changes all the time. */
export interface LivePicture {
  readonly phase: Phase;
  /** Who holds a run that is paused; pictures of earlier versions do not say. */
  readonly heldBy?: readonly Holder[];
  readonly step: number;
  /** Of the newest step; null before the first. */
  readonly loss: number | null;
  readonly rowsPerSecond: number;
  readonly stepTime: StepTime;
  readonly workers: readonly WorkerPicture[];
  /** Workers that were ever there. */
  readonly seen: number;
  /** While workers are waited for: how many are needed. */
  readonly needed: number;
  /** The step in flight where steps are slow, else one that is done, to be replayed slowly. */
  readonly batch: BatchPicture | null;
  readonly ending: Ending | null;
  /** The first step in which two computations of one span gave different bits; null where none did. */
  readonly disagreedAt: number | null;
}

/** Coordinator -> viewer, as JSON texts. */
export type ViewMessage =
  /** Everything: the first message, and the next after some were left out for a slow viewer. */
  | {
      readonly type: 'snapshot';
      readonly role: 'viewer' | 'admin';
      readonly now: number;
      readonly facts: RunFacts;
      readonly history: HistoryColumns;
      readonly epochs: readonly EpochPoint[];
      readonly events: readonly EventPicture[];
      readonly live: LivePicture;
      /** The links that others can take part by; none when nobody can any more. */
      readonly joinLinks: readonly string[];
      /** Commands for the run's folder, ready to paste where its coordinator is; only the administrator is told where that is. */
      readonly commands?: RunCommands;
    }
  /** What came since the message before. */
  | {
      readonly type: 'update';
      readonly now: number;
      readonly history: HistoryColumns;
      readonly epochs: readonly EpochPoint[];
      readonly events: readonly EventPicture[];
      readonly live: LivePicture;
    }
  /** What a volunteer is told of its own part, once a second. */
  | ({ readonly type: 'standing' } & Standing)
  /** Not let in, or not allowed that. */
  | { readonly type: 'refused'; readonly detail: string };

/** A volunteer's part in the run. */
export interface Standing {
  readonly phase: Phase;
  readonly step: number;
  readonly totalSteps: number;
  readonly loss: number | null;
  /** Rows of this worker that counted, and of all. */
  readonly rows: number;
  readonly runRows: number;
  readonly rowsPerSecond: number;
  /** 1 for the most rows, among those who are there. */
  readonly rank: number;
  readonly workers: number;
  /** Losses of the newest points. */
  readonly recentLoss: readonly number[];
  /** The first step in which two computations of one span gave different bits; null where none did. */
  readonly disagreedAt: number | null;
}
