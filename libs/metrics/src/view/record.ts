import type { RunConfig } from '@lockstep/config';
import type { Span } from '@lockstep/data';
import type { Holder, LastWeights, RunNotice } from '../notice.ts';
import type { Unsaved } from './picture.ts';

/** One thing that happened in a run, as its journal keeps it. Kinds that a `RunView` does not know pass it by. */
export type RunRecord = {
  /** Milliseconds since the Unix epoch, with fractions. */
  readonly at: number;
} & RunFact;

export type RunFact =
  | {
      readonly type: 'started';
      readonly term: number;
      readonly step: number;
      readonly run: string;
      readonly config: RunConfig;
      readonly stepsPerEpoch: number;
      /** The first step that it follows from in which two computations gave different bits. */
      readonly disagreedAt?: number | undefined;
    }
  | {
      readonly type: 'worker-joined';
      readonly worker: string;
      readonly name: string;
      readonly kind: string;
      readonly engine: string;
      readonly backend: string;
      readonly threads: number;
    }
  | { readonly type: 'worker-left'; readonly worker: string; readonly reason: string }
  | { readonly type: 'worker-entered'; readonly worker: string }
  | { readonly type: 'waiting-for-workers'; readonly present: number; readonly needed: number }
  | { readonly type: 'step-started'; readonly step: number; readonly leafCount: number }
  /** Told to those who watch; too frequent to be kept. */
  | { readonly type: 'lease'; readonly worker: string; readonly step: number; readonly span: Span }
  | {
      readonly type: 'verdict';
      readonly worker: string;
      readonly step: number;
      readonly span: Span;
      readonly verdict: string;
      readonly reason?: string;
      /** Rows of the span, and the microseconds that the worker says they took it. */
      readonly rowCount?: number;
      readonly computeMicros?: number;
    }
  | { readonly type: 'lease-expired'; readonly worker: string; readonly step: number; readonly span: Span }
  | {
      readonly type: 'worker-struck';
      readonly worker: string;
      readonly strikes: number;
      readonly cause: string;
    }
  | { readonly type: 'step'; readonly step: number; readonly rows: number; readonly loss: number }
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly step: number;
      readonly testLoss: number;
      /** Left out where rows have numbers. */
      readonly testAccuracy?: number;
    }
  | {
      readonly type: 'validated';
      readonly step: number;
      readonly loss: number;
      /** Left out where rows have numbers. */
      readonly accuracy?: number;
    }
  | { readonly type: 'steered'; readonly step: number; readonly text: string }
  | { readonly type: 'checkpoint'; readonly step: number }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'disagreed'; readonly step: number; readonly first: string; readonly second: string }
  | { readonly type: 'paused'; readonly heldBy: readonly Holder[] }
  | { readonly type: 'resumed'; readonly by: Holder }
  | {
      readonly type: 'finished';
      readonly step: number;
      readonly reason?: 'completed' | 'diverged' | 'stopped';
      /** Empty where another record says it. */
      readonly weightsSha256: string;
      readonly testAccuracy?: number;
      readonly seconds?: number;
      /** Left out where the weights are where they belong. */
      readonly unsaved?: Unsaved;
    };

/** What the journal keeps of a notice; undefined where other lines say it already. */
export function factOf(notice: RunNotice): RunFact | undefined {
  switch (notice.type) {
    case 'worker-joined': {
      const { id, worker, kind, engine, backend, threads } = notice;
      return { type: 'worker-joined', worker: id, name: worker, kind, engine, backend, threads };
    }
    case 'worker-left':
      return { type: 'worker-left', worker: notice.id, reason: notice.reason };
    case 'epoch': {
      const { epoch, step, testLoss, testAccuracy } = notice;
      if (testLoss === undefined) return undefined;
      return { type: 'epoch', epoch, step, testLoss, ...(testAccuracy !== undefined && { testAccuracy }) };
    }
    case 'validated': {
      const { step, validationLoss: loss, validationAccuracy: accuracy } = notice;
      return { type: 'validated', step, loss, ...(accuracy !== undefined && { accuracy }) };
    }
    case 'steered':
      return notice;
    case 'checkpoint-failed':
      return {
        type: 'warning',
        text: `The checkpoint of step ${notice.step} was not written: ${notice.error}`,
      };
    case 'finished': {
      const { step, weightsSha256, testAccuracy, seconds } = notice;
      const figures = { step, weightsSha256, ...(testAccuracy !== undefined && { testAccuracy }), seconds };
      return { type: 'finished', reason: 'completed', ...figures, ...unsavedOf(notice) };
    }
    case 'diverged':
    case 'stopped':
      return {
        type: 'finished',
        ...{ reason: notice.type, step: notice.step, weightsSha256: '' },
        ...unsavedOf(notice),
      };
    case 'step':
    case 'disagreed':
    case 'warning':
      return notice;
    case 'paused':
      return { type: 'paused', heldBy: notice.heldBy };
    case 'resumed':
      return { type: 'resumed', by: notice.by };
    default:
      return undefined;
  }
}

/** For all eyes: only the administrator is told which file. */
function unsavedOf({ checkpoint, unsaved }: LastWeights): { readonly unsaved?: Unsaved } {
  if (unsaved === undefined) return {};
  return { unsaved: checkpoint === null ? 'lost' : 'elsewhere' };
}
