import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelayMs, connectWithBackoff, memoryChannelPair } from './index.ts';
import type { BackoffOptions, Channel, Retry, SessionEnd } from './index.ts';

const MOST_RANDOM = 1 - 2 ** -53;

/** A worker's life without real time: each attempt fails to connect or runs a session that ends so. */
async function live(
  attempts: readonly ('unreachable' | SessionEnd<string>)[],
  overrides: Partial<BackoffOptions<string>> = {},
): Promise<{ result: string | undefined; delays: number[]; retries: Retry[] }> {
  const delays: number[] = [];
  const retries: Retry[] = [];
  let attempt = -1;
  const result = await connectWithBackoff<string>({
    connect: async () => {
      attempt++;
      if (attempts[attempt] === 'unreachable') throw new Error(`attempt ${attempt}`);
      return memoryChannelPair()[0];
    },
    runSession: async () => attempts[attempt] as SessionEnd<string>,
    sleep: async (delayMs) => {
      delays.push(delayMs);
    },
    random: () => MOST_RANDOM,
    onRetry: (retry) => retries.push(retry),
    ...overrides,
  });
  return { result, delays, retries };
}

const stop: SessionEnd<string> = { next: 'stop', result: 'finished' };
const lost: SessionEnd<string> = { next: 'reconnect', wasWelcomed: true };
const turnedAway: SessionEnd<string> = { next: 'reconnect', wasWelcomed: false, cause: 'full' };
const rounded = (delays: readonly number[]): number[] => delays.map((delayMs) => Math.round(delayMs));

describe('the delay before reconnecting', () => {
  it('is anything from 0 to a ceiling that doubles from 0.5 s to 30 s', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.double({ min: 0, max: MOST_RANDOM, noNaN: true }), (attempt, random) => {
        const delayMs = backoffDelayMs(attempt, () => random);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThan(30_000);
        if (attempt < 5) expect(delayMs).toBe(random * 500 * 2 ** attempt);
      }),
    );
  });
});

describe('connectWithBackoff', () => {
  it('gives the result of a session that stops, without waiting', async () => {
    expect(await live([stop])).toEqual({ result: 'finished', delays: [], retries: [] });
  });

  it('waits longer after each failure while the coordinator is away', async () => {
    const { result, delays } = await live([...new Array<'unreachable'>(8).fill('unreachable'), stop]);
    expect(rounded(delays)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(result).toBe('finished');
  });

  it('starts small again after a connection that was welcomed, and not after one that was turned away', async () => {
    const { delays } = await live(['unreachable', 'unreachable', lost, 'unreachable', turnedAway, stop]);
    expect(rounded(delays)).toEqual([500, 1000, 500, 1000, 2000]);
  });

  it('says why and how long before each wait', async () => {
    const { retries } = await live(['unreachable', turnedAway, stop], { random: () => 0.5 });
    expect(retries).toEqual([
      { failures: 1, delayMs: 250, cause: new Error('attempt 0') },
      { failures: 2, delayMs: 500, cause: 'full' },
    ]);
  });

  it('does not start when stopped before', async () => {
    expect(await live([stop], { signal: { aborted: true } })).toEqual({
      result: undefined,
      delays: [],
      retries: [],
    });
  });

  it('ends when stopped during a wait', async () => {
    const signal = { aborted: false };
    const sleep = async (): Promise<void> => {
      signal.aborted = true;
    };
    const { result, retries } = await live(['unreachable', stop], { signal, sleep });
    expect([result, retries.length]).toEqual([undefined, 1]);
  });

  it('waits no more when stopped during a session', async () => {
    const signal = { aborted: false };
    const runSession = async (): Promise<SessionEnd<string>> => {
      signal.aborted = true;
      return lost;
    };
    expect(await live([lost], { signal, runSession })).toEqual({
      result: undefined,
      delays: [],
      retries: [],
    });
  });

  it('closes a connection that opens after the stop, and runs no session on it', async () => {
    const signal = { aborted: false };
    const [ours, theirs] = memoryChannelPair();
    const closed = new Promise((resolve) => theirs.onClose(resolve));
    let sessionCount = 0;
    const { result } = await live([stop], {
      signal,
      connect: async (): Promise<Channel> => {
        signal.aborted = true;
        return ours;
      },
      runSession: async () => {
        sessionCount++;
        return stop;
      },
    });
    expect(await closed).toMatchObject({ code: 1000 });
    expect([result, sessionCount]).toEqual([undefined, 0]);
  });

  it('throws what a session throws', async () => {
    const runSession = async (): Promise<SessionEnd<string>> => {
      throw new Error('a bug');
    };
    await expect(live([stop], { runSession })).rejects.toThrow('a bug');
  });
});
