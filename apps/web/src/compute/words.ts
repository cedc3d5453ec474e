import type { ClientNotice, Close, WorkerEnd } from '@lockstep/transport';
import { describeStandby } from '@lockstep/worker';

/** What the page says while it takes part; undefined where there is nothing new to say. */
export function describeNotice(notice: ClientNotice): string | undefined {
  switch (notice.type) {
    case 'connected':
      return 'Connected: waiting to be let in.';
    case 'welcomed':
      return 'Computing.';
    case 'standby':
      return `Standing by: ${describeStandby(notice.standby)}.`;
    case 'retrying':
      return `${describeCause(notice.retry.cause)}: next try in ${(notice.retry.delayMs / 1000).toFixed(1)} s.`;
    default:
      return undefined;
  }
}

/** Why there is no connection: nobody answered, the coordinator closed it and said why, or it broke. */
function describeCause(cause: unknown): string {
  if (cause instanceof Error) return 'No coordinator answers';
  const reason = (cause as Partial<Close> | undefined)?.reason ?? '';
  return reason === '' ? 'The connection was lost' : `The coordinator closed the connection (${reason})`;
}

/** How it ended, and what to do where something can be done. */
export function describeEnd(end: WorkerEnd, hasToken: boolean): string {
  switch (end.type) {
    case 'finished':
      return {
        completed: 'Finished.',
        diverged: 'The run diverged and ended.',
        stopped: 'The run was stopped.',
      }[end.finished.reason];
    case 'left':
      return 'Left: this tab computes no more.';
    case 'refused':
      if (end.code !== 'token') return `Refused: ${end.detail}.`;
      return hasToken
        ? 'Refused: the token is wrong. Open the link that the coordinator printed, as it is.'
        : 'Refused: the token is missing. Open the whole link that the coordinator printed, with what follows the #.';
    case 'failed':
      return `This tab cannot go on: ${end.error.message}.`;
  }
}
