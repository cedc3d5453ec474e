import { CLOSE_CODES, type Standby } from '@lockstep/protocol';
import type { ClientNotice, Close, WorkerEnd } from '@lockstep/transport';
import { standbyTime } from '@lockstep/worker';
import type { Activity, EndKind } from '../messages.ts';

/** What a volunteer is at since a notice, and in words; undefined where that does not change. */
export function activityOf(notice: ClientNotice):
  | {
      readonly activity: Activity;
      readonly text: string;
      readonly retryMs?: number;
      readonly isUnreached?: boolean;
    }
  | undefined {
  switch (notice.type) {
    case 'connected':
      return { activity: 'lobby', text: 'Connected: waiting to be let in.' };
    case 'welcomed':
      return { activity: 'computing', text: 'Computing.' };
    case 'standby':
      return {
        activity: 'standing-by',
        text: `Standing by, which is normal: ${standbyWords(notice.standby)}.`,
      };
    case 'retrying': {
      const { cause, delayMs } = notice.retry;
      const unreached = cause instanceof Error ? { isUnreached: true } : {};
      return { activity: 'retrying', text: `${describeCause(cause)}.`, retryMs: delayMs, ...unreached };
    }
    default:
      return undefined;
  }
}

/** What a volunteer does meanwhile, and why. */
function standbyWords({ reason, neededMicros, stepMicros }: Standby): string {
  const slow = (what: string): string =>
    `you check what others have computed: ${what} needs ${standbyTime(neededMicros)}, and they are done in ${standbyTime(stepMicros)}`;
  switch (reason) {
    case 'full':
      return 'all places are taken, and you take over when somebody leaves';
    case 'measuring':
      return 'you show how fast you are on what others have computed';
    case 'behind':
      return 'you are still busy with an earlier part';
    case 'slow-line':
      return slow('your connection');
    case 'slow-computing':
      return slow('your device');
    case 'not-needed':
      return 'you check what others have computed, who are as fast alone';
  }
}

/** Why there is no connection: nobody answered, the coordinator closed it and said why, or it broke. */
function describeCause(cause: unknown): string {
  if (cause instanceof Error) return 'No coordinator answers';
  const { reason = '', code } = (cause ?? {}) as Partial<Close>;
  if (reason === '' || code === CLOSE_CODES.silent.code) return 'The connection was lost';
  return `The coordinator closed the connection (${reason})`;
}

/** What a tab knows of itself when it has come to an end. */
export interface Past {
  readonly hasToken: boolean;
  /** It was let in before, by this coordinator or one that was there before it. */
  readonly wasWelcome: boolean;
}

const FINISHED = {
  completed: 'Finished.',
  diverged: 'The run diverged and ended.',
  stopped: 'The run was stopped.',
} as const;

/** How it ended, and what to do where something can be done. */
export function describeEnd(end: WorkerEnd, past: Past): { readonly kind: EndKind; readonly text: string } {
  switch (end.type) {
    case 'finished':
      return {
        kind: end.finished.reason,
        text: past.wasWelcome
          ? FINISHED[end.finished.reason]
          : 'This run is over: there is nothing left to compute.',
      };
    case 'left':
      return { kind: 'left', text: 'Left: this tab computes no more.' };
    case 'refused':
      return { kind: 'refused', text: describeRefusal(end, past) };
    case 'failed':
      return { kind: 'failed', text: `This tab cannot go on: ${end.error.message}.` };
  }
}

function describeRefusal(
  end: Extract<WorkerEnd, { type: 'refused' }>,
  { hasToken, wasWelcome }: Past,
): string {
  if (end.code !== 'token') return `Refused: ${end.detail}.`;
  if (wasWelcome) {
    return 'Refused: the run has another token now. Ask for its new link, which its coordinator printed when it was started.';
  }
  const what = hasToken ? 'wrong' : 'missing';
  return `Refused: the token is ${what}. Open the whole link that the coordinator printed.`;
}
