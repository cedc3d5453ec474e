import type { Channel } from './channel.ts';
import { CLOSE_CODES } from '@lockstep/protocol';

/** The ceiling of the first delay, in milliseconds; it doubles with every failure after it. */
const FIRST_CEILING_MS = 500;

/** No ceiling is higher, in milliseconds. */
const LAST_CEILING_MS = 30_000;

/** What a session says when its connection is over. */
export type SessionEnd<Result> =
  /** Come back. A connection that was welcomed proved the coordinator well: delays start small again. */
  | { readonly next: 'reconnect'; readonly wasWelcomed: boolean; readonly cause?: unknown }
  /** Refused, finished or left: there is no coming back. */
  | { readonly next: 'stop'; readonly result: Result };

/** A reconnection about to be waited for. */
export interface Retry {
  /** Failures since the last welcome, from 1. */
  readonly failures: number;
  readonly delayMs: number;
  /** What `connect` rejected with, or the session's cause. */
  readonly cause: unknown;
}

/** The part of an `AbortSignal` that is needed. */
export interface StopSignal {
  readonly aborted: boolean;
}

export interface BackoffOptions<Result> {
  /** Opens a channel or rejects; early when the stop signal fires. */
  readonly connect: () => Promise<Channel>;
  /** Runs one connection from its first frame; resolves when it is over. */
  readonly runSession: (channel: Channel) => Promise<SessionEnd<Result>>;
  /** Resolves after `delayMs` milliseconds, or early when the stop signal fires. */
  readonly sleep: (delayMs: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly signal?: StopSignal;
  readonly onRetry?: (retry: Retry) => void;
}

/**
 * Delay before reconnecting, in milliseconds: full jitter, so that workers who lost their coordinator together do not return
 * together. random * min(30 s, 0.5 s * 2^attempt), with `attempt` from 0.
 */
export const backoffDelayMs = (attempt: number, random: () => number): number =>
  random() * Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** attempt);

/**
 * Runs sessions, one connection after another, until one says stop: its result; or until `signal` is aborted: undefined.
 * What `runSession` throws is thrown.
 */
export async function connectWithBackoff<Result>(
  options: BackoffOptions<Result>,
): Promise<Result | undefined> {
  const { signal, sleep, random, onRetry } = options;
  let failures = 0;
  while (!signal?.aborted) {
    const end = await runOnce(options);
    if (end.next === 'stop') return end.result;
    if (signal?.aborted) break;
    failures = end.wasWelcomed ? 1 : failures + 1;
    const delayMs = backoffDelayMs(failures - 1, random);
    onRetry?.({ failures, delayMs, cause: end.cause });
    await sleep(delayMs);
  }
  return undefined;
}

async function runOnce<Result>({
  connect,
  runSession,
  signal,
}: BackoffOptions<Result>): Promise<SessionEnd<Result>> {
  let channel: Channel;
  try {
    channel = await connect();
  } catch (cause) {
    return { next: 'reconnect', wasWelcomed: false, cause };
  }
  if (signal?.aborted) {
    channel.close(CLOSE_CODES.done.code, CLOSE_CODES.done.reason);
    return { next: 'reconnect', wasWelcomed: false };
  }
  return runSession(channel);
}
