import { rootSpan } from '@lockstep/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealAgain } from './deal-again.ts';
import { deal, endOfDeal } from './deal.ts';
import type { Dealee, Dealt } from './deal.ts';

const dealeesOf = (leafNanos: readonly number[]): readonly Dealee[] =>
  leafNanos.map((nanos, index) => ({
    worker: `w${index}`,
    leafNanos: nanos,
    startNanos: 0,
    spanNanos: 0,
    slots: 3,
  }));

const dealTo = (dealees: readonly Dealee[]): readonly Dealt[] => deal([rootSpan(128)], dealees);

const sizesOf = (dealt: readonly Dealt[]): Record<string, number[]> => {
  const sizes: Record<string, number[]> = {};
  for (const { worker, span } of dealt) (sizes[worker] ??= []).push(span.leafCount);
  for (const list of Object.values(sizes)) list.sort((a, b) => a - b);
  return sizes;
};

describe('dealing again', () => {
  it('gives everybody what it had while that is nearly as good as anything else', () => {
    const last = dealTo(dealeesOf([1000, 1010, 1020]));
    const dealees = dealeesOf([1030, 1000, 990]);
    const fresh = dealTo(dealees);
    expect(fresh).not.toEqual(last);
    expect(dealAgain(fresh, last, dealees)).toBe(last);
  });

  it('follows the measurements when the deal before would take longer', () => {
    const last = dealTo(dealeesOf([1000, 1000]));
    const dealees = dealeesOf([1000, 3000]);
    const fresh = dealTo(dealees);
    expect(sizesOf(dealAgain(fresh, last, dealees))).toEqual(sizesOf(fresh));
  });

  it('changes nothing about anybody’s load when it only changes round', () => {
    const someCosts = fc.array(fc.integer({ min: 500, max: 2000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(someCosts, someCosts, (before, now) => {
        const last = dealTo(dealeesOf(before));
        const dealees = dealeesOf(now);
        const fresh = dealTo(dealees);
        const again = dealAgain(fresh, last, dealees);
        expect(again.map(({ span }) => span)).toEqual(
          (again === last ? last : fresh).map(({ span }) => span),
        );
        if (again !== last) expect(sizesOf(again)).toEqual(sizesOf(fresh));
        expect(endOfDeal(again, dealees)!).toBeLessThanOrEqual(1.05 * endOfDeal(fresh, dealees)!);
      }),
    );
  });

  it('lets workers keep the nodes they had, though they be listed in another order', () => {
    const last = dealTo(dealeesOf([1000, 1000, 1000, 1000]));
    const dealees = dealeesOf([1000, 990, 980, 970, 960, 950, 940, 930]);
    const again = dealAgain(dealTo(dealees), last, dealees);
    expect(again).toHaveLength(8);
    expect(new Set(again.map(({ worker }) => worker)).size).toBe(8);
    const same = dealAgain(dealTo(dealees), again, dealees);
    expect(same).toBe(again);
  });

  it('knows nothing of a worker that is gone, or of another tree', () => {
    const last = dealTo(dealeesOf([1000, 1000, 1000]));
    const two = dealeesOf([1000, 1000]);
    expect(new Set(dealAgain(dealTo(two), last, two).map(({ worker }) => worker))).toEqual(
      new Set(['w0', 'w1']),
    );
    const small = deal([rootSpan(7)], two);
    expect(dealAgain(small, last, two)).toBe(small);
  });
});
