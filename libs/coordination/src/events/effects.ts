import type { Span } from '@lockstep/data';
import type { Announcement } from './announcements.ts';
import type { WorkerId } from './events.ts';

/** The coordinator's answer to a contribution. */
export type Verdict = 'accepted' | 'duplicate' | 'stale' | 'not-leased' | 'mismatch' | 'invalid';

/** Why a contribution is `invalid`. */
export type InvalidReason = 'bad-shape' | 'row-count' | 'checksum' | 'non-finite';

export type FinishReason = 'completed' | 'diverged' | 'stopped';

/**
 * Why a span is leased. dealt: its part of the step; again: the holder is lost, or its answer cannot be used; overdue: every
 * holder is past its deadline; speculative: an idle worker is likely to be sooner; recheck: it is covered, and the answer is
 * compared.
 */
export type LeasePurpose = 'dealt' | 'again' | 'overdue' | 'speculative' | 'recheck';

/**
 * Why a worker is not dealt to. full: as many take part as may; measuring: its first answers are to show how fast it is;
 * behind: it is still busy with an earlier span; slow-line, slow-computing: the others are done before it could be, for the time
 * on its line or for its computing; not-needed: the others are as fast without it.
 */
export type StandbyReason = 'full' | 'measuring' | 'behind' | 'slow-line' | 'slow-computing' | 'not-needed';

/** Why a worker is closed. silent: it gives no sign of life; strikes: it used them up. */
export type CloseCause = 'silent' | 'strikes';

/** What the shell must do, in the order given. Steps in effects are the step the weights, spans and leases belong to. */
export type RunEffect =
  /** Send the weights that `step` starts from, encoded once for all. */
  | { readonly type: 'send-weights'; readonly workers: readonly WorkerId[]; readonly step: number }
  /** Ask for `span` of `step`, with its rows. The worker has the weights already. */
  | {
      readonly type: 'send-lease';
      readonly worker: WorkerId;
      readonly step: number;
      readonly span: Span;
      readonly purpose: LeasePurpose;
    }
  /** Tell the worker why it is dealt nothing: it would need `neededMicros` for one leaf, the step is done in `stepMicros`. */
  | {
      readonly type: 'standby';
      readonly worker: WorkerId;
      readonly step: number;
      readonly reason: StandbyReason;
      readonly neededMicros: number;
      readonly stepMicros: number;
    }
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
  | { readonly type: 'close-worker'; readonly worker: WorkerId; readonly cause: CloseCause }
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
