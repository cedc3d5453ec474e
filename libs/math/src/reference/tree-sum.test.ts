import { describe, expect, it } from 'vitest';
import { numbersOf } from '../testing/tensors.ts';
import { weightGradient } from './sums.ts';
import { addFloat32, treeSum } from './tree-sum.ts';

const fround = Math.fround;

/**
 * The tree said another way: neighbours are joined level by level, a last one without a partner waits, and what waits
 * at the end is joined from the right.
 */
function joinedByLevels(values: readonly number[]): number {
  const waiting: number[] = [];
  let level = [...values];
  while (level.length > 1) {
    if (level.length % 2 === 1) waiting.push(level.pop()!);
    level = Array.from({ length: level.length / 2 }, (_, i) => fround(level[2 * i]! + level[2 * i + 1]!));
  }
  if (level.length === 1) waiting.push(level[0]!);
  return waiting.reduce((right, left) => fround(left + right));
}

const leavesOf = (count: number): number[] => [...numbersOf('wide', count, count)];
const treeOf = (leaves: readonly number[]): number =>
  treeSum(0, leaves.length, (leaf) => leaves[leaf]!, addFloat32);

describe('treeSum', () => {
  it('is the fixed tree, for every number of leaves to 300', () => {
    for (let count = 1; count <= 300; count++) {
      const leaves = leavesOf(count);
      expect(treeOf(leaves)).toBe(joinedByLevels(leaves));
    }
  });

  it('splits five leaves into four and one', () => {
    const order: string[] = [];
    const name = new Map<number, string>();
    let next = 100;
    treeSum(
      0,
      5,
      (leaf) => leaf,
      (left, right) => {
        const [leftName, rightName] = [name.get(left) ?? `${left}`, name.get(right) ?? `${right}`];
        name.set(++next, `(${leftName}+${rightName})`);
        order.push(name.get(next)!);
        return next;
      },
    );
    expect(order.at(-1)).toBe('(((0+1)+(2+3))+4)');
  });

  it('differs from other orders on the numbers of the suite', () => {
    const leaves = leavesOf(37);
    const tree = treeOf(leaves);
    const ascending = leaves.reduce((sum, leaf) => fround(sum + leaf));
    const reversed = treeOf([...leaves].reverse());
    const halves = (part: readonly number[]): number =>
      part.length === 1
        ? part[0]!
        : fround(halves(part.slice(0, part.length >> 1)) + halves(part.slice(part.length >> 1)));
    expect(ascending).not.toBe(tree);
    expect(reversed).not.toBe(tree);
    expect(halves(leaves)).not.toBe(tree);
  });
});

describe('weightGradient of the reference', () => {
  it('is the tree over leaves, each summed from +0 over its rows ascending', () => {
    const [rows, leafRows] = [43, 5];
    const x = numbersOf('ordinary', rows, 1);
    const a = numbersOf('ordinary', rows, 2);
    const leaves: number[] = [];
    for (let start = 0; start < rows; start += leafRows) {
      let sum = 0;
      for (let row = start; row < Math.min(rows, start + leafRows); row++)
        sum = fround(sum + fround(x[row]! * a[row]!));
      leaves.push(sum);
    }
    const out = new Float32Array(1);
    weightGradient(out, x, a, rows, 1, 1, leafRows);
    expect(out[0]).toBe(joinedByLevels(leaves));
  });

  it('depends on the size of the leaves, on the numbers of the suite', () => {
    const x = numbersOf('ordinary', 64, 3);
    const a = numbersOf('ordinary', 64, 4);
    const sums = [1, 2, 3, 4, 8, 16, 32, 64].map((leafRows) => {
      const out = new Float32Array(1);
      weightGradient(out, x, a, 64, 1, 1, leafRows);
      return out[0];
    });
    expect(new Set(sums).size).toBeGreaterThan(4);
  });
});
