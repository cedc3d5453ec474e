import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  childrenOf,
  foldTree,
  isNode,
  leafCountOf,
  rootSpan,
  rowsOfSpan,
  type Span,
  spanKey,
  splitPoint,
} from './tree.ts';

/** Every node of the tree, by walking it. */
function nodesOf(span: Span): Span[] {
  const children = childrenOf(span);
  return children === undefined ? [span] : [span, ...children.flatMap(nodesOf)];
}

const leafCounts = fc.integer({ min: 1, max: 300 });

describe('splitPoint', () => {
  it('is the largest power of two below the leaf count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2 ** 31 }), (leafCount) => {
        const split = splitPoint(leafCount);
        expect(Number.isInteger(Math.log2(split))).toBe(true);
        expect(split).toBeLessThan(leafCount);
        expect(split * 2).toBeGreaterThanOrEqual(leafCount);
      }),
    );
  });

  it('halves a power of two', () => {
    expect([2, 4, 8, 64].map(splitPoint)).toEqual([1, 2, 4, 32]);
  });
});

describe('childrenOf', () => {
  it('gives two parts that lie side by side and cover the node', () => {
    fc.assert(
      fc.property(leafCounts, (leafCount) => {
        for (const node of nodesOf(rootSpan(leafCount))) {
          const children = childrenOf(node);
          expect(children === undefined).toBe(node.leafCount === 1);
          if (children === undefined) continue;
          const [left, right] = children;
          expect(left.firstLeaf).toBe(node.firstLeaf);
          expect(right.firstLeaf).toBe(left.firstLeaf + left.leafCount);
          expect(left.leafCount + right.leafCount).toBe(node.leafCount);
          expect(left.leafCount).toBeGreaterThanOrEqual(right.leafCount);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives every node the tree of its own leaf count, moved to its first leaf', () => {
    fc.assert(
      fc.property(leafCounts, (leafCount) => {
        for (const node of nodesOf(rootSpan(leafCount))) {
          const alone = nodesOf(rootSpan(node.leafCount));
          const moved = alone.map((span) => ({ ...span, firstLeaf: span.firstLeaf + node.firstLeaf }));
          expect(nodesOf(node)).toEqual(moved);
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe('isNode', () => {
  it('agrees with an enumeration of the tree for every possible span', () => {
    for (let leafCount = 1; leafCount <= 40; leafCount++) {
      const keys = new Set(nodesOf(rootSpan(leafCount)).map(spanKey));
      expect(keys.size).toBe(2 * leafCount - 1);
      for (let firstLeaf = 0; firstLeaf <= leafCount; firstLeaf++) {
        for (let count = 0; count <= leafCount + 1; count++) {
          const span = { firstLeaf, leafCount: count };
          expect(isNode(span, leafCount), `${spanKey(span)} of ${leafCount}`).toBe(keys.has(spanKey(span)));
        }
      }
    }
  });

  it('says no to whatever numbers a peer may send', () => {
    const hostile = [-1, 0, 0.5, 1.5, NaN, Infinity, -Infinity, 2 ** 53];
    for (const leafCount of hostile) expect(isNode({ firstLeaf: 0, leafCount }, 8)).toBe(false);
    for (const firstLeaf of [-1, 0.5, NaN, Infinity, 8]) {
      expect(isNode({ firstLeaf, leafCount: 1 }, 8)).toBe(false);
    }
  });
});

describe('rowsOfSpan', () => {
  it('gives the leaves of a mini-batch every row exactly once, the last leaf short', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 256 }),
        (rowCount, leafRows) => {
          const leafCount = leafCountOf(rowCount, leafRows);
          let covered = 0;
          for (let firstLeaf = 0; firstLeaf < leafCount; firstLeaf++) {
            const { start, end } = rowsOfSpan({ firstLeaf, leafCount: 1 }, rowCount, leafRows);
            expect(start).toBe(covered);
            expect(end - start).toBe(Math.min(leafRows, rowCount - start));
            covered = end;
          }
          expect(covered).toBe(rowCount);
          expect(rowsOfSpan(rootSpan(leafCount), rowCount, leafRows)).toEqual({ start: 0, end: rowCount });
        },
      ),
    );
  });
});

describe('foldTree', () => {
  it('joins the leaves as the tree stands: for five, ((0 1) (2 3)) 4', () => {
    const written = (leafCount: number): string =>
      foldTree(leafCount, String, (left, right) => `(${left} ${right})`);
    expect([1, 2, 3, 5].map(written)).toEqual(['0', '(0 1)', '((0 1) 2)', '(((0 1) (2 3)) 4)']);
  });

  it('gives what the parts of any cut into nodes give, joined', () => {
    fc.assert(
      fc.property(leafCounts, (leafCount) => {
        const join = (left: readonly unknown[], right: readonly unknown[]): readonly unknown[] => [
          left,
          right,
        ];
        const whole = foldTree<readonly unknown[]>(leafCount, (leaf) => [leaf], join);
        const children = childrenOf(rootSpan(leafCount));
        if (children === undefined) return;
        const [left, right] = children.map(({ firstLeaf, leafCount: count }) =>
          foldTree<readonly unknown[]>(count, (leaf) => [firstLeaf + leaf], join),
        );
        expect(whole).toEqual([left, right]);
      }),
    );
  });
});
