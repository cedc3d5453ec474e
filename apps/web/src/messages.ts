import type { CopyRequest, TeamPlan } from '@lockstep/worker';

/** Page -> the Web Worker that has the socket. */
export type PageMessage =
  | {
      readonly type: 'start';
      /** The coordinator's WebSocket address. */
      readonly url: string;
      /** The run's secret, when the page's address had one. */
      readonly token?: string;
      /** What people see of this volunteer. */
      readonly name: string;
      /** Threads that compute; left out to give half of the processors that are measured. */
      readonly threads?: number;
      /** Processors, as the browser says. */
      readonly processors: number;
      /** The part of the time that they may be busy, above 0 and up to 1. */
      readonly budget: number;
      /** Starts that were begun shortly before this one: with many, it waits before it connects. */
      readonly recentStarts: number;
    }
  | { readonly type: 'budget'; readonly budget: number }
  /** What the page knows of the line: it is there again, or nothing has come over it for too long. */
  | { readonly type: 'line'; readonly line: 'back' | 'dead' }
  | { readonly type: 'leave'; readonly reason: string };

/** The Web Worker that has the socket -> the ones that compute. */
export type ThreadMessage =
  /** Compute as this thread of a team with one memory, until it is over. */
  | { readonly type: 'thread'; readonly plan: TeamPlan; readonly thread: number }
  /** For a thread with weights of its own. */
  | { readonly type: 'copy'; readonly request: CopyRequest }
  /** Compute something for so long, and say how much that was. */
  | { readonly type: 'spin'; readonly millis: number };

/** What a volunteer is at. */
export type Activity =
  'proving' | 'connecting' | 'lobby' | 'computing' | 'standing-by' | 'retrying' | 'leaving';

/** How taking part ended. */
export type EndKind = 'completed' | 'diverged' | 'stopped' | 'left' | 'refused' | 'failed';

/** Web Worker -> page. Texts are for people. */
export type ComputeMessage =
  /** This browser computes the contract's bits. */
  | { readonly type: 'proved'; readonly goldenDigest: string; readonly backend: string }
  | {
      readonly type: 'activity';
      readonly activity: Activity;
      readonly text: string;
      /** While it is retrying: milliseconds until the next try. */
      readonly retryMs?: number;
      /** No connection was made, and a browser does not say why. */
      readonly isUnreached?: boolean;
    }
  /** How many processors there really are; by how many threads it takes part. */
  | { readonly type: 'measured'; readonly processors: number; readonly threads: number }
  | ({ readonly type: 'joined' } & Joined)
  | ({ readonly type: 'progress' } & Progress)
  /** The last message: this tab takes no part any more. */
  | { readonly type: 'ended'; readonly kind: EndKind; readonly text: string; readonly result?: Result };

/** What a volunteer was let into. */
export interface Joined {
  readonly run: string;
  /** Its number, by which the coordinator tells it of its part. */
  readonly worker: string;
  /** Units of each layer, from the inputs on. */
  readonly sizes: readonly number[];
  /** Threads that compute. */
  readonly threads: number;
  /** Whether its threads have one copy of the weights in common. */
  readonly isShared: boolean;
}

/** What this tab has computed so far. */
export interface Progress {
  /** The step of the last span. */
  readonly step: number;
  readonly spanCount: number;
  /** Spans of these that checked what others had computed. */
  readonly checkCount: number;
  readonly rowCount: number;
  /** Mean loss of a row of the last span. */
  readonly loss: number;
}

/** What a run that is over ended with. */
export interface Result {
  /** Committed steps. */
  readonly step: number;
  /** 64 hex digits. */
  readonly weightsSha256: string;
}
