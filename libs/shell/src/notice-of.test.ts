import { describe, expect, it } from 'vitest';
import { noticeOf } from './notice-of.ts';

const nameOf = (worker: string): string => `name of ${worker}`;
const span = { firstLeaf: 0, leafCount: 2 };

describe('a notice', () => {
  it('names the worker that stands by, with milliseconds', () => {
    const event = { kind: 'worker-standby', worker: '3', step: 7, reason: 'slow-line' } as const;
    expect(noticeOf({ ...event, neededMicros: 411_260, stepMicros: 5_940 }, nameOf)).toEqual({
      type: 'worker-standby',
      worker: 'name of 3',
      reason: 'slow-line',
      neededMillis: 411.3,
      stepMillis: 5.9,
    });
  });

  it('warns of two workers that gave different bits, by name', () => {
    const event = { kind: 'contribution-mismatch', step: 7, span, first: '1', second: '2' } as const;
    const names = { first: 'name of 1', second: 'name of 2' };
    expect(noticeOf(event, nameOf)).toEqual({ type: 'disagreed', step: 7, ...names });
  });

  it('warns when this process itself stood still', () => {
    expect(noticeOf({ kind: 'time-lost', step: 7, lostMicros: 4_950_000 }, nameOf)).toMatchObject({
      text: expect.stringContaining('5.0 s') as string,
    });
  });

  it('is not made of what is for the journal alone', () => {
    expect(noticeOf({ kind: 'lease-expired', worker: '1', step: 7, span }, nameOf)).toBeUndefined();
  });
});
