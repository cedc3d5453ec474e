import type { Span } from '@lockstep/data';
import type { WorkerId } from './events.ts';

/** The coordinator's answer to a contribution. */
export type Verdict = 'accepted' | 'duplicate' | 'stale' | 'not-leased' | 'invalid';

/** Why a contribution is `invalid`. */
export type InvalidReason = 'bad-shape' | 'row-count' | 'checksum' | 'non-finite';

export type FinishReason = 'completed' | 'diverged' | 'stopped';

/** WebSocket close code of a worker that used up its strikes. */
export const strikesCloseCode = 4403;

/** For people and for the journal; nothing has to be done about it. */
export type Announcement =
  | {
      readonly kind: 'waiting-for-workers';
      readonly present: number;
      readonly needed: number;
      readonly step: number;
    }
  | { readonly kind: 'worker-in-lobby'; readonly worker: WorkerId; readonly name: string }
  | {
      readonly kind: 'worker-entered';
      readonly worker: WorkerId;
      readonly name: string;
      readonly step: number;
    }
  | {
      readonly kind: 'worker-lost';
      readonly worker: WorkerId;
      readonly name: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'step-started';
      readonly step: number;
      readonly leafCount: number;
      readonly spanCount: number;
    }
  | { readonly kind: 'step-committed'; readonly step: number; readonly checksum: string }
  /** The holder is past its deadline; it still may answer. */
  | { readonly kind: 'lease-expired'; readonly worker: WorkerId; readonly step: number; readonly span: Span }
  /** Two holders of one span answered with different bits: one of the two machines computes wrongly. */
  | {
      readonly kind: 'contribution-mismatch';
      readonly step: number;
      readonly span: Span;
      readonly first: WorkerId;
      readonly second: WorkerId;
    }
  | {
      readonly kind: 'worker-struck';
      readonly worker: WorkerId;
      readonly strikes: number;
      readonly cause: 'not-leased' | InvalidReason;
    };

/** What the shell must do, in the order given. Steps in effects are the step the weights, spans and leases belong to. */
export type RunEffect =
  /** Send the weights that `step` starts from, encoded once for all. */
  | { readonly type: 'send-weights'; readonly workers: readonly WorkerId[]; readonly step: number }
  /** Ask for `span` of `step`, with its rows. The worker has the weights already. */
  | { readonly type: 'send-lease'; readonly worker: WorkerId; readonly step: number; readonly span: Span }
  /** Keep the contribution of this event: the sum of `span` in this step. */
  | {
      readonly type: 'keep-contribution';
      readonly worker: WorkerId;
      readonly step: number;
      readonly span: Span;
    }
  /** Let go of the contribution of this event. */
  | {
      readonly type: 'drop-contribution';
      readonly worker: WorkerId;
      readonly step: number;
      readonly span: Span;
    }
  /** Tell the worker what became of its contribution. */
  | {
      readonly type: 'verdict';
      readonly worker: WorkerId;
      readonly step: number;
      readonly span: Span;
      readonly verdict: Verdict;
      /** With `invalid` only. */
      readonly reason?: InvalidReason;
    }
  /** Compute `span` here, to see who is at fault for a number that is not finite; answer `span-recomputed`. */
  | { readonly type: 'recompute-span'; readonly worker: WorkerId; readonly step: number; readonly span: Span }
  /** Every leaf is covered: reduce the kept contributions, step the optimizer; answer `step-committed` or `step-diverged`. */
  | { readonly type: 'commit-step'; readonly step: number }
  /** Write a checkpoint of the weights after `step` committed steps, of which there are more to come. */
  | { readonly type: 'checkpoint'; readonly step: number }
  | {
      readonly type: 'close-worker';
      readonly worker: WorkerId;
      readonly code: number;
      readonly reason: string;
    }
  | { readonly type: 'announce'; readonly event: Announcement }
  /**
   * The run is over: write the last checkpoint, say goodbye. `step`: the committed steps; with `diverged` also the number of the step that diverged.
   * `detail`: with `stopped`, the reason given.
   */
  | {
      readonly type: 'finish';
      readonly reason: FinishReason;
      readonly step: number;
      readonly detail?: string;
    };
