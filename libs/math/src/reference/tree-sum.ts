/** Where a node over `leafCount` > 1 leaves splits: the largest power of two below `leafCount`. */
const splitPoint = (leafCount: number): number => 2 ** (31 - Math.clz32(leafCount - 1));

/**
 * The contract's sum over leaves (section 3): a node is its left part plus its right part. No leaf at all sums to +0.
 * @param leafSum the value of one leaf, given its index
 * @param add one rounded addition, left operand first
 */
export function treeSum(
  firstLeaf: number,
  leafCount: number,
  leafSum: (leaf: number) => number,
  add: (left: number, right: number) => number,
): number {
  if (leafCount === 0) return 0;
  if (leafCount === 1) return leafSum(firstLeaf);
  const split = splitPoint(leafCount);
  const left = treeSum(firstLeaf, split, leafSum, add);
  const right = treeSum(firstLeaf + split, leafCount - split, leafSum, add);
  return add(left, right);
}

export const addFloat32 = (left: number, right: number): number => Math.fround(left + right);
export const addFloat64 = (left: number, right: number): number => left + right;
