import type { ClientNotice, Retry } from '@lockstep/transport';
import { describeStandby } from '@lockstep/worker';
import { ConnectFailure } from './way/connect-failure.ts';

/** A reason that stays the same is said again after so many milliseconds, then so often. */
const [FIRST_SAY_AGAIN_MS, SAY_AGAIN_MS] = [10_000, 60_000];

/**
 * @param now milliseconds of a monotonic clock
 * @returns what people are told of a worker's notices, one after the other: no line, or some
 */
export function describer(now: () => number): (notice: ClientNotice, shown: string) => readonly string[] {
  let isStandingBy = false;
  /** Said once each: who is fast enough at times may change between them several times a second. */
  const reasonsSaid = new Set<string>();
  const describeRetry = retryDescriber(now);
  return (notice, shown) => {
    switch (notice.type) {
      case 'welcomed':
        isStandingBy = false;
        reasonsSaid.clear();
        return [`joined ${notice.run} at ${shown} as worker ${notice.worker}`];
      case 'standby':
        if (reasonsSaid.has(notice.standby.reason)) return [];
        reasonsSaid.add(notice.standby.reason);
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
  let patienceMs = FIRST_SAY_AGAIN_MS;
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
      patienceMs = FIRST_SAY_AGAIN_MS;
      return [`${text} (${next})`];
    }
    tries++;
    if (now() - said.at < patienceMs) return [];
    said.at = now();
    patienceMs = SAY_AGAIN_MS;
    const seconds = Math.round((now() - said.since) / 1000);
    const time = seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
    return [
      `still trying, after ${tries} tries in ${time}: ${text} (Ctrl-C ends this, and --give-up-after SECONDS would)`,
    ];
  };
}
