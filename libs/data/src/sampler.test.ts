import { sha256Hex } from '@lockstep/math';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sampler } from './sampler.ts';
import { STREAMS } from './streams.ts';

/** The rows of a whole epoch, through its mini-batches. */
function epochOf(sampler: Sampler, epoch: number): number[] {
  const first = epoch * sampler.stepsPerEpoch;
  const steps = Array.from({ length: sampler.stepsPerEpoch }, (_, i) => first + i);
  return steps.flatMap((step) => [...sampler.rowsOfStep(step)]);
}

const sha256Of = (rows: readonly number[]): string =>
  sha256Hex(new Uint8Array(Uint32Array.from(rows).buffer));

describe('Sampler', () => {
  it('gives the first mini-batches of the first epoch in every epoch, where only so many are asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (rows, size, only) => {
          const all = new Sampler(rows, size, 3);
          const some = new Sampler(rows, size, 3, only);
          expect(some.stepsPerEpoch).toBe(Math.min(only, all.stepsPerEpoch));
          for (let step = 0; step < 3 * some.stepsPerEpoch; step++) {
            const expected = all.rowsOfStep(step % some.stepsPerEpoch);
            expect(some.rowsOfStep(step)).toEqual(expected);
            expect(some.rowCountOfStep(step)).toBe(expected.length);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gives, of k mini-batches as one, the rows of k mini-batches in their order, fewer at the end of an epoch', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        (rowCount, batchSize, k) => {
          const together = new Sampler(rowCount, batchSize * k, 3);
          const single = new Sampler(rowCount, batchSize, 3);
          for (let epoch = 0; epoch < 2; epoch++) {
            for (let step = 0; step < together.stepsPerEpoch; step++) {
              const firsts = Array.from({ length: k }, (_, i) => step * k + i);
              const expected = firsts
                .filter((first) => first < single.stepsPerEpoch)
                .flatMap((first) => [...single.rowsOfStep(epoch * single.stepsPerEpoch + first)]);
              expect([...together.rowsOfStep(epoch * together.stepsPerEpoch + step)]).toEqual(expected);
            }
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gives every row exactly once an epoch, the short mini-batch kept and last', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 320 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.integer({ min: 0, max: 50 }),
        (trainRows, batchSize, seed, epoch) => {
          const sampler = new Sampler(trainRows, batchSize, seed);
          const rows = epochOf(sampler, epoch);
          expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: trainRows }, (_, i) => i));
          const counts = Array.from({ length: sampler.stepsPerEpoch }, (_, i) => sampler.rowCountOfStep(i));
          expect(counts.slice(0, -1).every((count) => count === batchSize)).toBe(true);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(trainRows);
        },
      ),
    );
  });

  it('keeps its order for ever: a change of these values changes every run', () => {
    expect([...new Sampler(10, 10, 1).rowsOfStep(0)]).toEqual(PINNED_TEN);
    const mnist = new Sampler(60_000, 64, 1);
    expect(mnist.stepsPerEpoch).toBe(938);
    expect([...mnist.rowsOfStep(0).subarray(0, 5)]).toEqual(PINNED_FIRST_ROWS);
    expect(sha256Of(epochOf(mnist, 0))).toBe(PINNED_EPOCH_0);
    expect(sha256Of(epochOf(mnist, 4))).toBe(PINNED_EPOCH_4);
    expect(STREAMS).toEqual({ rowOrder: 1, initialWeights: 2, dropout: 3, split: 5 });
  });

  it('orders the rows of an epoch the same for every batch size', () => {
    const orders = [1, 7, 60, 64, 1000].map((batchSize) => epochOf(new Sampler(500, batchSize, 9), 3));
    for (const order of orders) expect(order).toEqual(orders[0]);
  });

  it('gives any step directly, in any order of asking', () => {
    const [asked, fresh] = [new Sampler(100, 30, 5), (): Sampler => new Sampler(100, 30, 5)];
    for (const step of [9, 0, 4, 3, 9, 1]) {
      expect([...asked.rowsOfStep(step)]).toEqual([...fresh().rowsOfStep(step)]);
    }
  });

  it('leaves the rows of a step as they were when another epoch is asked for', () => {
    const sampler = new Sampler(100, 30, 5);
    const rows = sampler.rowsOfStep(3);
    const before = [...rows];
    sampler.rowsOfStep(4);
    expect([...rows]).toEqual(before);
  });

  it('hands out windows onto one permutation, not copies', () => {
    const sampler = new Sampler(100, 30, 5);
    expect(sampler.rowsOfStep(0).buffer).toBe(sampler.rowsOfStep(3).buffer);
  });

  it('orders another epoch, and another seed, differently', () => {
    const orders = [
      epochOf(new Sampler(200, 64, 1), 0),
      epochOf(new Sampler(200, 64, 1), 1),
      epochOf(new Sampler(200, 64, 2), 0),
    ].map((order) => order.join());
    expect(new Set(orders).size).toBe(3);
  });

  it('favours no position: every row comes first about equally often', () => {
    const counts = new Array<number>(5).fill(0);
    for (let seed = 0; seed < 5000; seed++) counts[new Sampler(5, 5, seed).rowsOfStep(0)[0]!]!++;
    // Chi-squared with 4 degrees of freedom stays below 23.5 but once in 10,000 tables; the seeds are fixed.
    const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeLessThan(23.5);
  });

  it('numbers epochs by their steps', () => {
    const sampler = new Sampler(100, 30, 5);
    expect([0, 3, 4, 7, 8].map((step) => sampler.epochOfStep(step))).toEqual([0, 0, 1, 1, 2]);
    expect([0, 3, 4, 7].map((step) => sampler.rowCountOfStep(step))).toEqual([30, 10, 30, 10]);
  });

  it.each([
    { what: 'no rows', make: () => new Sampler(0, 1, 1) },
    { what: 'a batch size of 0', make: () => new Sampler(10, 0, 1) },
    { what: 'a batch size that is no integer', make: () => new Sampler(10, 1.5, 1) },
    { what: 'a seed past 32 bits', make: () => new Sampler(10, 1, 2 ** 32) },
    { what: 'a negative seed', make: () => new Sampler(10, 1, -1) },
    { what: 'a negative step', make: () => new Sampler(10, 1, 1).rowsOfStep(-1) },
    { what: 'a step that is no integer', make: () => new Sampler(10, 1, 1).rowsOfStep(0.5) },
    { what: 'an epoch past 32 bits', make: () => new Sampler(1, 1, 1).rowsOfStep(2 ** 32) },
  ])('refuses $what', ({ make }) => {
    expect(make).toThrowError(expect.objectContaining({ name: 'DataError', code: 'bad-sampling' }));
  });
});

// Computed by a second, independent implementation of Philox4x32-10 and of the shuffle.
const PINNED_TEN = [4, 6, 8, 2, 1, 3, 0, 5, 9, 7];
const PINNED_FIRST_ROWS = [6864, 39816, 2837, 21721, 6317];
/** sha256 over the little-endian u32 row numbers of the epoch. */
const PINNED_EPOCH_0 = 'b2cee1c3c082da3ff5e68d1ee00ca9729ab54b4ddb47d8d1ea884b5fdff04a98';
const PINNED_EPOCH_4 = 'c9ee769b551180849e60de79a794b20b364f90ace55b211ff5b1d9916151796c';
