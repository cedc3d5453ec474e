import type { MetricValue } from '@lockstep/nn';
import type {
  backendOption,
  benchOptions,
  coordinatorOptions,
  DashboardOptions,
  ValuesOf,
} from './options.ts';
import type { Resolved } from './resolve.ts';

/** What a coordinator process is started with. */
export interface CoordinatorLaunch {
  readonly options: Resolved<typeof coordinatorOptions>;
  /** Train in this process, without sockets or workers: the oracle of every distributed run. */
  readonly isLocal: boolean;
  /** Token workers must show; made by the coordinator when it is needed and none is given. */
  readonly token?: string;
  /** The file with the token workers must show; written when it does not hold the one that they must. */
  readonly tokenFile?: string;
  /** Tokens viewers and the administrator must show; made by the coordinator where they are needed and not given. */
  readonly viewToken?: string;
  readonly adminToken?: string;
  /** Started by `train`, which starts the workers too: nobody needs to be told how to add the first. */
  readonly isSupervised: boolean;
  /** The workers that `train` starts beside it. */
  readonly workersHere?: { readonly workers: number; readonly threads: number };
}

/** What the dashboard of a run that is over is started with. */
export interface DashboardLaunch {
  /** The run's. */
  readonly folder: string;
  readonly options: DashboardOptions;
  readonly viewToken?: string;
}

/** What a worker process is started with. */
export interface WorkerLaunch {
  readonly url: string;
  readonly name: string;
  readonly backend: ReturnType<(typeof backendOption)['parse']>;
  /** Threads that compute. */
  readonly threads: number;
  /**
   * The first of the cores that these threads keep to, one each; where it is left out, the system moves them about. Only for
   * threads that have the cores to themselves.
   */
  readonly firstCore?: number;
  readonly token?: string;
  /** A file that the token is read from at each try, where none is given: its coordinator may write another one meanwhile. */
  readonly tokenFile?: string;
  /** Seconds without a coordinator after which the worker gives up; it never does when this is left out. */
  readonly giveUpAfter?: number;
  /** Print joins, leaves and refusals; off under `train`, where the coordinator tells them. */
  readonly isTalkative: boolean;
}

/** What is measured here, and how it is told. */
export interface BenchLaunch extends Omit<ValuesOf<typeof benchOptions>, 'threads'> {
  /** The most threads that compute together. */
  readonly threads: number;
}

/** How a run ended, in numbers. */
export interface FinishedFigures {
  /** Its folder. */
  readonly out: string;
  /** Left out where rows have numbers. */
  readonly testAccuracy?: number;
  readonly testLoss: number;
  /** What else was asked for, by its label. */
  readonly testMetrics?: Readonly<Record<string, MetricValue>>;
  readonly weightsSha256: string;
  /** Of the moving average of its weights, where it takes one. */
  readonly averageSha256?: string;
}

/** What a process says to the `train` that started it, over Node's channel between parent and child. */
export type ChildMessage =
  /** The child listens for its launch. */
  | { readonly type: 'ready' }
  /** The administrator sent this worker away, which ends with the status of a refusal: the others go on. */
  | { readonly type: 'removed' }
  /** The run came to its end. */
  | { readonly type: 'finished'; readonly figures: FinishedFigures }
  /** The coordinator accepts workers. */
  | {
      readonly type: 'listening';
      readonly url: string;
      readonly token: string | undefined;
      /** The file of the certificate that it shows, which nobody else may have signed. */
      readonly certificate: string | undefined;
    };
