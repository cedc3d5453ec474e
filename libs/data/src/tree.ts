/**
 * The fixed binary tree over the leaves of a mini-batch (contract, section 3). A node over n > 1 leaves splits at the
 * largest power of two below n, so its shape follows from n alone: the part of the tree under any node is itself the
 * fixed tree of that node's leaf count.
 */

/** A node of the tree: `leafCount` consecutive leaves from `firstLeaf`. What a worker is given and answers for. */
export interface Span {
  readonly firstLeaf: number;
  readonly leafCount: number;
}

/** Where a node over `leafCount` > 1 leaves splits: the largest power of two below `leafCount`. */
export const splitPoint = (leafCount: number): number => 2 ** (31 - Math.clz32(leafCount - 1));

/** How many leaves `rowCount` rows make; the last may be short. */
export const leafCountOf = (rowCount: number, leafRows: number): number => Math.ceil(rowCount / leafRows);

/** The whole tree over `leafCount` leaves. */
export const rootSpan = (leafCount: number): Span => ({ firstLeaf: 0, leafCount });

/** The two parts a node is the sum of, left first; undefined for a single leaf. */
export function childrenOf(span: Span): readonly [Span, Span] | undefined {
  if (span.leafCount <= 1) return undefined;
  const split = splitPoint(span.leafCount);
  return [
    { firstLeaf: span.firstLeaf, leafCount: split },
    { firstLeaf: span.firstLeaf + split, leafCount: span.leafCount - split },
  ];
}

/** Whether `span`, which may be any two numbers, is a node of the fixed tree over `leafCount` leaves. */
export function isNode(span: Span, leafCount: number): boolean {
  if (!(span.leafCount >= 1)) return false;
  let node = rootSpan(leafCount);
  while (node.leafCount > span.leafCount) {
    const [left, right] = childrenOf(node)!;
    node = span.firstLeaf < right.firstLeaf ? left : right;
  }
  return node.firstLeaf === span.firstLeaf && node.leafCount === span.leafCount;
}

/** Whether every leaf of `inner` is one of `outer`'s. */
export const spanCovers = (outer: Span, inner: Span): boolean =>
  outer.firstLeaf <= inner.firstLeaf &&
  inner.firstLeaf + inner.leafCount <= outer.firstLeaf + outer.leafCount;

/** A map key for a span. */
export const spanKey = (span: Span): string => `${span.firstLeaf}+${span.leafCount}`;

/** The rows [start, end) of a mini-batch of `rowCount` rows that `span` covers. */
export function rowsOfSpan(
  span: Span,
  rowCount: number,
  leafRows: number,
): { readonly start: number; readonly end: number } {
  const start = span.firstLeaf * leafRows;
  return { start, end: Math.min(rowCount, start + span.leafCount * leafRows) };
}

/**
 * The value of the whole tree: a node's is `join` of its left part's and its right part's.
 * @param leafCount at least 1
 * @param leafOf the value of a leaf, given its number
 */
export function foldTree<T>(
  leafCount: number,
  leafOf: (leaf: number) => T,
  join: (left: T, right: T) => T,
): T {
  const valueOf = (span: Span): T => {
    const children = childrenOf(span);
    return children === undefined ? leafOf(span.firstLeaf) : join(valueOf(children[0]), valueOf(children[1]));
  };
  return valueOf(rootSpan(leafCount));
}
