import { isNode, rootSpan } from '@lockstep/data';
import type { Span } from '@lockstep/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deal } from './deal.ts';
import type { Dealee, Dealt } from './deal.ts';

const dealeesOf = (leafNanos: readonly number[]): readonly Dealee[] =>
  leafNanos.map((nanos, index) => ({
    worker: `w${index}`,
    leafNanos: nanos,
    startNanos: 0,
    spanNanos: 0,
    slots: 3,
  }));

const equalWorkers = (count: number): readonly Dealee[] => dealeesOf(Array<number>(count).fill(1000));

/** Leaves of each worker that has any. */
function loadsOf(dealt: readonly Dealt[]): ReadonlyMap<string, { leaves: number; spans: number }> {
  const loads = new Map<string, { leaves: number; spans: number }>();
  for (const { worker, span } of dealt) {
    const { leaves, spans } = loads.get(worker) ?? { leaves: 0, spans: 0 };
    loads.set(worker, { leaves: leaves + span.leafCount, spans: spans + 1 });
  }
  return loads;
}

/** The slowest worker's time over that of an ideal division, and spans per worker at work, both in percent. */
function balanceOf(leafCount: number, dealees: readonly Dealee[]): readonly [number, number] {
  const dealt = deal([rootSpan(leafCount)], dealees);
  const loads = loadsOf(dealt);
  const slowest = Math.max(
    ...dealees.map(({ worker, leafNanos }) => (loads.get(worker)?.leaves ?? 0) * leafNanos),
  );
  const ideal = leafCount / dealees.reduce((sum, { leafNanos }) => sum + 1 / leafNanos, 0);
  return [Math.round((100 * slowest) / ideal), Math.round((100 * dealt.length) / loads.size)];
}

const coveredLeaves = (spans: readonly Span[]): readonly number[] =>
  spans.flatMap(({ firstLeaf, leafCount }) =>
    Array.from({ length: leafCount }, (_, leaf) => firstLeaf + leaf),
  );

const someDealees = fc
  .array(
    fc.record({
      leafNanos: fc.integer({ min: 1, max: 10_000_000 }),
      startNanos: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100_000_000 })),
      spanNanos: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100_000_000 })),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((costs): readonly Dealee[] =>
    costs.map((cost, index) => ({ ...cost, worker: `w${index}`, slots: 3 })),
  );
const someLeafCount = fc.integer({ min: 1, max: 300 });

describe('deal', () => {
  it('covers every leaf exactly once, with nodes of the tree, sorted, at most three for a worker', () => {
    fc.assert(
      fc.property(someLeafCount, someDealees, (leafCount, dealees) => {
        const dealt = deal([rootSpan(leafCount)], dealees);
        const leaves = coveredLeaves(dealt.map(({ span }) => span));
        expect(leaves).toEqual(Array.from({ length: leafCount }, (_, leaf) => leaf));
        for (const { span } of dealt) expect(isNode(span, leafCount)).toBe(true);
        for (const { spans } of loadsOf(dealt).values()) expect(spans).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('deals the same to the same workers, in whatever order they are listed', () => {
    fc.assert(
      fc.property(
        someLeafCount,
        someDealees.chain((dealees) =>
          fc.tuple(
            fc.constant(dealees),
            fc.shuffledSubarray([...dealees], { minLength: dealees.length, maxLength: dealees.length }),
          ),
        ),
        (leafCount, [dealees, shuffled]) => {
          const root = [rootSpan(leafCount)];
          expect(deal(root, shuffled)).toEqual(deal(root, dealees));
        },
      ),
    );
  });

  it('never takes longer than the fastest worker alone', () => {
    fc.assert(
      fc.property(someLeafCount, someDealees, (leafCount, dealees) => {
        const loads = loadsOf(deal([rootSpan(leafCount)], dealees));
        const endOf = ({ worker, startNanos, leafNanos }: Dealee): number =>
          loads.has(worker) ? startNanos + loads.get(worker)!.leaves * leafNanos : 0;
        const alone = Math.min(...dealees.map((d) => d.startNanos + leafCount * d.leafNanos));
        expect(Math.max(...dealees.map(endOf))).toBeLessThanOrEqual(alone);
      }),
    );
  });

  it.each([
    [2, 100, 100],
    [3, 113, 167],
    [4, 100, 100],
    [5, 109, 240],
    [6, 113, 167],
    [7, 109, 157],
    [8, 100, 100],
    [10, 109, 240],
  ])(
    'deals 128 leaves to %i equal workers within %i %% of ideal, %i %% spans a worker',
    (count, time, spans) => {
      expect(balanceOf(128, equalWorkers(count))).toEqual([time, spans]);
    },
  );

  it('lets 3, 5, 6, 7 and 10 equal workers upload two gradients each in the mean, the fewest that 115 % of ideal permits', () => {
    const counts = [3, 5, 6, 7, 10];
    const spans = counts.map((count) => deal([rootSpan(128)], equalWorkers(count)).length);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    expect(sum(spans) / sum(counts)).toBeLessThanOrEqual(2);
    // A load of n leaves takes as many nodes as n has binary ones: the fewest of all loads that are short enough.
    const fewest = (workers: number, leaves: number, most: number): number => {
      let known = new Map([[0, 0]]);
      for (let worker = 0; worker < workers; worker++) {
        const next = new Map<number, number>();
        for (const [total, nodes] of known) {
          for (let load = 0; load <= most && total + load <= leaves; load++) {
            const ones = load.toString(2).replaceAll('0', '').length;
            next.set(total + load, Math.min(next.get(total + load) ?? Infinity, nodes + ones));
          }
        }
        known = next;
      }
      return known.get(leaves)!;
    };
    expect(spans).toEqual(counts.map((count) => fewest(count, 128, Math.floor((1.15 * 128) / count))));
  });

  it.each([
    { leafNanos: [1000, 2000], balance: [113, 150] },
    { leafNanos: [1000, 3000], balance: [100, 150] },
    { leafNanos: [1000, 1000, 4000], balance: [113, 100] },
    { leafNanos: [1000, 2000, 4000, 8000], balance: [105, 125] },
    { leafNanos: [1000, 1300, 1700, 2100, 3300], balance: [103, 180] },
    { leafNanos: [1000, 1100, 1200, 900, 950, 1050], balance: [110, 183] },
  ])(
    'deals 128 leaves to workers of $leafNanos ns a leaf in proportion to their speeds',
    ({ leafNanos, balance }) => {
      expect(balanceOf(128, dealeesOf(leafNanos))).toEqual(balance);
    },
  );

  it('lets those stand by who would not shorten the step', () => {
    const slowLine = { worker: 'phone', leafNanos: 1000, startNanos: 300_000_000, spanNanos: 0, slots: 3 };
    const dealt = deal([rootSpan(128)], [slowLine, ...equalWorkers(2)]);
    expect(new Set(dealt.map(({ worker }) => worker))).toEqual(new Set(['w0', 'w1']));
  });

  it('gives no second span to a worker whose line is too slow for a second gradient', () => {
    const dealees = equalWorkers(3).map((dealee) => ({ ...dealee, spanNanos: 60_000 }));
    const dealt = deal([rootSpan(128)], dealees);
    expect(dealt.map(({ span }) => span.leafCount)).toEqual([64, 64]);
    const twice = deal(
      [rootSpan(128)],
      equalWorkers(3).map((dealee) => ({ ...dealee, spanNanos: 20_000 })),
    );
    expect(twice).toHaveLength(5);
  });

  it('gives a leaf each to as many workers as there are leaves', () => {
    const dealt = deal([rootSpan(5)], equalWorkers(9));
    expect(dealt.map(({ worker }) => worker)).toEqual(['w0', 'w1', 'w2', 'w3', 'w4']);
  });

  it('shares what a lost worker leaves among those who have least to do', () => {
    const left = [{ firstLeaf: 64, leafCount: 32 }];
    const [busy, free, alsoFree] = equalWorkers(3);
    const dealt = deal(left, [{ ...busy!, startNanos: 30_000 }, free!, alsoFree!]);
    expect(dealt).toEqual([
      { worker: 'w1', span: { firstLeaf: 64, leafCount: 16 } },
      { worker: 'w2', span: { firstLeaf: 80, leafCount: 16 } },
    ]);
  });

  it('goes over the slots, without splitting, when there are more nodes to deal than slots', () => {
    const left = [0, 2, 4, 6].map((firstLeaf) => ({ firstLeaf, leafCount: 2 }));
    const dealt = deal(left, [{ ...equalWorkers(1)[0]!, slots: 0 }]);
    expect(dealt).toEqual(left.map((span) => ({ worker: 'w0', span })));
    const [first, second] = equalWorkers(2);
    const shared = deal(left, [
      { ...first!, slots: 1 },
      { ...second!, slots: 1 },
    ]);
    expect(shared.map(({ worker }) => worker)).toEqual(['w0', 'w1', 'w0', 'w1']);
  });
});
