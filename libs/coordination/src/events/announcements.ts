import type { Span } from '@lockstep/data';
import type { InvalidReason, LeasePurpose, StandbyReason } from './effects.ts';
import type { WorkerId } from './events.ts';

/** One lease of an announcement; its times count from now, in microseconds. */
export interface LeaseNote {
  readonly worker: WorkerId;
  readonly firstLeaf: number;
  readonly leafCount: number;
  readonly expectedMicros: number;
  readonly deadlineMicros: number;
}

/** For people and for the journal: numbers only, and nothing has to be done about it. */
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
    }
  | {
      readonly kind: 'spans-leased';
      readonly step: number;
      readonly purpose: LeasePurpose;
      readonly leases: readonly LeaseNote[];
    }
  | { readonly kind: 'step-committed'; readonly step: number; readonly checksum: string }
  /** The holder is past its deadline; it still may answer. */
  | { readonly kind: 'lease-expired'; readonly worker: WorkerId; readonly step: number; readonly span: Span }
  /** Two workers answered one span with the same bits. */
  | {
      readonly kind: 'contribution-match';
      readonly step: number;
      readonly span: Span;
      readonly first: WorkerId;
      readonly second: WorkerId;
    }
  /** Two workers answered one span with different bits: one of the two machines computes wrongly. */
  | {
      readonly kind: 'contribution-mismatch';
      readonly step: number;
      readonly span: Span;
      readonly first: WorkerId;
      readonly second: WorkerId;
    }
  /** From `step` on the worker is dealt nothing, until it is again. */
  | {
      readonly kind: 'worker-standby';
      readonly worker: WorkerId;
      readonly step: number;
      readonly reason: StandbyReason;
      readonly neededMicros: number;
      readonly stepMicros: number;
    }
  | {
      readonly kind: 'worker-silent';
      readonly worker: WorkerId;
      readonly step: number;
      readonly silentMicros: number;
    }
  /** The coordinator itself stood still for so long: nobody is blamed for it. */
  | { readonly kind: 'time-lost'; readonly step: number; readonly lostMicros: number }
  | {
      readonly kind: 'worker-struck';
      readonly worker: WorkerId;
      readonly strikes: number;
      readonly cause: 'not-leased' | InvalidReason;
    };
