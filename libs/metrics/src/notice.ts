import type { RunConfig } from '@lockstep/config';
import type { ClassScore, MetricValue } from '@lockstep/nn';

/** Who may hold a run: both may, and it goes on when neither does. */
export type Holder = 'administrator' | 'terminal';

/** What happens in a run, as people and programs are told it. Losses are means over rows; seconds count from the start. */
export type RunNotice =
  | {
      readonly type: 'started';
      readonly run: string;
      readonly out: string;
      readonly config: RunConfig;
      readonly backend: string;
      /** Committed steps the run starts from: 0, or those of the checkpoint. */
      readonly step: number;
      readonly stepsPerEpoch: number;
      readonly resumedFrom?: string;
      /** The file of the weights that a new run starts from. */
      readonly initialWeights?: string;
      readonly url?: string;
    }
  /** Instead of a run: all that it would start with is well. */
  | {
      readonly type: 'dry-run';
      readonly parameterCount: number;
      /** Of the weights that it would start from. */
      readonly weightsSha256: string;
      /** Memory that the network takes of the coordinator, and of a worker that computes a whole mini-batch. */
      readonly coordinatorBytes: number;
      readonly workerBytes: number;
    }
  /** Instead of a run: how the loss goes while the learning rate grows. */
  | {
      readonly type: 'rates-tried';
      readonly points: readonly { readonly rate: number; readonly loss: number; readonly smoothed: number }[];
      /** Where the smoothed loss falls fastest; null where it nowhere falls. */
      readonly suggested: number | null;
      /** Where it was least. */
      readonly atLeast: number;
      readonly hasDiverged: boolean;
    }
  | { readonly type: 'waiting'; readonly workers: number; readonly needed: number }
  | {
      readonly type: 'worker-joined';
      /** Its number, which the journal names it by. */
      readonly id: string;
      readonly worker: string;
      readonly kind: string;
      /** "node 20.20.2, wasm simd128": what runs it, and the backend that computes. */
      readonly engine: string;
      readonly backend: string;
      readonly threads: number;
      readonly workers: number;
    }
  | {
      readonly type: 'worker-left';
      readonly id: string;
      readonly worker: string;
      readonly reason: string;
      readonly workers: number;
    }
  /** The worker is dealt nothing; it is told, too. 0 milliseconds: not known. */
  | {
      readonly type: 'worker-standby';
      readonly worker: string;
      readonly reason: string;
      /** What it is predicted to need for the least it could be given. */
      readonly neededMillis: number;
      /** What the others need for a step. */
      readonly stepMillis: number;
    }
  | { readonly type: 'step'; readonly step: number; readonly rows: number; readonly loss: number }
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly step: number;
      /** Mean training loss over the steps of this epoch that this process saw. */
      readonly loss: number;
      /** Of the test rows; left out where rows are held back, by which the run is judged until its end. */
      readonly testLoss?: number;
      readonly testAccuracy?: number;
      /** What else was asked for, by its label. */
      readonly testMetrics?: Metrics;
      readonly seconds: number;
      readonly samplesPerSecond: number;
    }
  /** The weights were judged on the rows held back. */
  | {
      readonly type: 'validated';
      readonly step: number;
      readonly validationLoss: number;
      /** Left out where rows have numbers. */
      readonly validationAccuracy?: number;
      readonly validationMetrics?: Metrics;
    }
  /** An evaluation decided something about the run, in words. */
  | { readonly type: 'steered'; readonly step: number; readonly text: string }
  /** The checkpoint of an evaluation that was better than all before it was written. */
  | ({ readonly type: 'best'; readonly file: string } & BestFigure)
  | { readonly type: 'checkpoint'; readonly step: number; readonly file: string }
  /** The last good checkpoint stays, and training goes on. `failures`: how many were not written since the start. */
  | {
      readonly type: 'checkpoint-failed';
      readonly step: number;
      readonly failures: number;
      readonly error: string;
      /** The run is over, and these are its last weights. */
      readonly isLast?: boolean;
      /** When they are tried again; left out where they are not. */
      readonly retryMillis?: number;
    }
  /**
   * An administrator, or Ctrl-Z, holds the run after the step in flight, and lets it go on. Where both hold it and one lets go, it is
   * paused by the other. `heldBy`: all who hold it now.
   */
  | { readonly type: 'paused'; readonly by: Holder; readonly heldBy: readonly Holder[] }
  | { readonly type: 'resumed'; readonly by: Holder }
  /** Two computations of one span of that step gave different bits: the weights may be wrong from there on. */
  | { readonly type: 'disagreed'; readonly step: number; readonly first: string; readonly second: string }
  | { readonly type: 'warning'; readonly text: string }
  | ({ readonly type: 'stopped'; readonly step: number; readonly reason: string } & LastWeights)
  | ({ readonly type: 'diverged'; readonly step: number } & LastWeights)
  | ({
      readonly type: 'finished';
      readonly step: number;
      readonly weightsSha256: string;
      /** Of the moving average of the weights, by which the run is judged; left out where it takes none. */
      readonly averageSha256?: string;
      /** Left out where rows have numbers. */
      readonly testAccuracy?: number;
      readonly testLoss: number;
      /** How it does on each class. */
      readonly classes?: readonly ClassScore[];
      readonly testMetrics?: Metrics;
      readonly seconds: number;
      readonly samplesPerSecond: number;
      /** Median milliseconds from one commit to the next. */
      readonly stepMillis: number;
      /** The first step in which two computations of one span gave different bits; left out where none did. */
      readonly disagreedAt?: number;
      /** The best evaluation, where its checkpoint is kept; its file is null where it was not written. */
      readonly best?: BestFigure & { readonly file: string | null };
    } & LastWeights);

/** An evaluation that was better than all before it. */
export interface BestFigure {
  /** Committed steps. */
  readonly step: number;
  readonly figure: number;
  /** What was monitored, as people read it. */
  readonly monitor: string;
}

/** Figures of an evaluation by their labels. */
type Metrics = Readonly<Record<string, MetricValue>>;

/** Where the weights of a run's end lie. */
export interface LastWeights {
  /** Their file, null when no place took them. */
  readonly checkpoint: string | null;
  /** Why they are not where they belong; left out when they are. */
  readonly unsaved?: string;
}

export type NoticeOf<Type extends RunNotice['type']> = Extract<RunNotice, { readonly type: Type }>;
