import { setTimeout as delay } from 'node:timers/promises';

/**
 * Seconds for which a coordinator answers when its run is over: the longest that a worker waits between two tries. Under `train`,
 * whose workers were there, nobody is waited for.
 */
const DEFAULT_SECONDS = 30;

export const lingerSecondsOf = (given: number | undefined, isSupervised: boolean): number =>
  given ?? (isSupervised ? 0 : DEFAULT_SECONDS);

/** Resolves after `seconds`, or as soon as somebody wants an end. */
export async function linger(seconds: number, stopRequested: Promise<string>): Promise<void> {
  if (seconds <= 0) return;
  const waiting = new AbortController();
  const waited = delay(seconds * 1000, undefined, { signal: waiting.signal }).catch(() => undefined);
  await Promise.race([waited, stopRequested]);
  waiting.abort();
}
