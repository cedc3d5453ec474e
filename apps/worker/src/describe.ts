import type { ClientNotice, Retry } from '@lockstep/transport';
import { describeStandby } from '@lockstep/worker';
import { ConnectFailure } from './way/connect-failure.ts';

/** A reason that stays the same is said again so often, in milliseconds. */
const SAY_AGAIN_MS = 60_000;

/**
 * @param now milliseconds of a monotonic clock
 * @returns what people are told of a worker's notices, one after the other: no line, or some
 */
export function describer(now: () => number): (notice: ClientNotice, shown: string) => readonly string[] {
  let isStandingBy = false;
  const describeRetry = retryDescriber(now);
  return (notice, shown) => {
    switch (notice.type) {
      case 'welcomed':
        isStandingBy = false;
        return [`joined ${notice.run} at ${shown} as worker ${notice.worker}`];
      case 'standby':
        isStandingBy = true;
        return [`stands by: ${describeStandby(notice.standby)}`];
      case 'span-computed':
        if (!isStandingBy || notice.purpose !== 'step') return [];
        isStandingBy = false;
        return ['takes part in the steps again'];
      case 'disconnected': {
        const { code, reason } = notice.close;
        return [`disconnected: ${reason === '' ? 'connection lost' : reason} (${code})`];
      }
      case 'retrying':
        return describeRetry(notice.retry);
      default:
        return [];
    }
  };
}

/** Says why there is no connection, once and when that changes; then now and then that it is still so. */
function retryDescriber(now: () => number): (retry: Retry) => readonly string[] {
  let said = { text: '', at: 0, since: 0 };
  let tries = 0;
  return ({ cause, delayMs }) => {
    const next = `next try in ${(delayMs / 1000).toFixed(1)} s`;
    if (!(cause instanceof ConnectFailure)) {
      said = { text: '', at: 0, since: 0 };
      return [next];
    }
    const { message: text } = cause;
    if (text !== said.text) {
      said = { text, at: now(), since: now() };
      tries = 1;
      return [`${text} (${next})`];
    }
    tries++;
    if (now() - said.at < SAY_AGAIN_MS) return [];
    said.at = now();
    const minutes = Math.round((now() - said.since) / 60_000);
    return [
      `still so after ${tries} tries in ${minutes} min: ${text} (--give-up-after SECONDS would end this)`,
    ];
  };
}
