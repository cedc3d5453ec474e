import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

const takenAt = (bucket: TokenBucket, now: number): number => {
  let count = 0;
  while (count < 100_000 && bucket.take(now)) count++;
  return count;
};

/** Looks at the bucket every half second, as its owner does. */
const settleUntil = (bucket: TokenBucket, from: number, to: number): void => {
  for (let now = from; now <= to; now += 500) bucket.settle(now);
};

describe('a bucket', () => {
  it('gives a burst at once, then so many a second', () => {
    const bucket = new TokenBucket({ burst: 8, perSecond: 4 }, 0);
    expect(takenAt(bucket, 0)).toBe(8);
    expect(takenAt(bucket, 249)).toBe(0);
    expect(takenAt(bucket, 250)).toBe(1);
    settleUntil(bucket, 500, 60_000);
    expect(takenAt(bucket, 60_000)).toBe(8);
  });

  it('takes several at once, or none', () => {
    const bucket = new TokenBucket({ burst: 8, perSecond: 0 }, 0);
    expect(bucket.take(0, 9)).toBe(false);
    expect(bucket.take(0, 8)).toBe(true);
  });

  it('gives what was asked for beside the burst', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 0 }, 0);
    bucket.expect(5);
    expect(takenAt(bucket, 0)).toBe(7);
  });

  it('forgives what waited while its owner stood still for minutes, whatever the owner does first, and no more', () => {
    for (const isLookedAtFirst of [false, true]) {
      const bucket = new TokenBucket({ burst: 8, perSecond: 4 }, 0);
      settleUntil(bucket, 0, 10_000);
      if (isLookedAtFirst) settleUntil(bucket, 610_000, 610_500);
      // A tab's heartbeats of ten minutes.
      for (let beat = 0; beat < 750; beat++) expect(bucket.take(610_500)).toBe(true);
      settleUntil(bucket, 610_500, 620_000);
      expect(takenAt(bucket, 620_000)).toBe(8);
    }
  });
});
