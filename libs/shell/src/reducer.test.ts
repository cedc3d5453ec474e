import { childrenOf, leafCountOf, rootSpan, type Span } from '@lockstep/data';
import { referenceBackend } from '@lockstep/math';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Reducer } from './reducer.ts';

const LENGTH = 5;
/** Values whose sum depends on the order of the additions. */
const leafSum = (leaf: number): Float32Array =>
  Float32Array.from({ length: LENGTH }, (_, i) =>
    Math.fround(Math.sin(leaf * 7 + i) * 10 ** ((leaf % 5) - 2)),
  );

/** The tree written plainly. */
function treeSum(span: Span): { gradient: Float32Array; lossSum: number } {
  const children = childrenOf(span);
  if (children === undefined) return { gradient: leafSum(span.firstLeaf), lossSum: 1 / (span.firstLeaf + 3) };
  const [left, right] = [treeSum(children[0]), treeSum(children[1])];
  const gradient = left.gradient.map((value, i) => Math.fround(value + right.gradient[i]!));
  return { gradient, lossSum: left.lossSum + right.lossSum };
}

describe('Reducer', () => {
  it('gives the root of the tree, whatever spans the contributions cover and in whatever order they come', () => {
    const reducer = new Reducer(referenceBackend, LENGTH);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.boolean()),
        fc.infiniteStream(fc.nat()),
        (leafCount, cuts, order) => {
          const root = rootSpan(leafCountOf(leafCount, 1));
          const spans: Span[] = [];
          const cut = (span: Span): void => {
            const children = childrenOf(span);
            if (children === undefined || !cuts.next().value) return void spans.push(span);
            children.forEach(cut);
          };
          cut(root);
          spans
            .map((span) => ({ span, at: order.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .forEach(({ span }) => reducer.keep(span, { ...treeSum(span), checksum: '' }));
          const { gradient, lossSum } = reducer.reduce(root);
          const expected = treeSum(root);
          expect(new Uint32Array(gradient.slice().buffer)).toEqual(new Uint32Array(expected.gradient.buffer));
          expect(lossSum).toBe(expected.lossSum);
          reducer.clear();
        },
      ),
    );
  });

  it('forgets what it reduced, and gives back its memory once', () => {
    const reducer = new Reducer(referenceBackend, LENGTH);
    const leaf = { firstLeaf: 0, leafCount: 1 };
    const release = vi.fn();
    reducer.keep(leaf, { ...treeSum(leaf), checksum: '', release });
    reducer.reduce(leaf);
    expect(release).not.toHaveBeenCalled();
    reducer.clear();
    reducer.clear();
    expect(release).toHaveBeenCalledOnce();
    expect(reducer.kept(leaf)).toBeUndefined();
    expect(() => reducer.reduce(leaf)).toThrowError(/no contribution covers leaf 0/);
  });
});
