/** The mean of what `valueOf` says of each of `items`, by their weights; `ofNothing` where these are 0 together. */
export function weightedMean<T>(
  items: readonly T[],
  valueOf: (item: T) => number,
  weightOf: (item: T) => number,
  ofNothing: number,
): number {
  const total = items.reduce((sum, item) => sum + weightOf(item), 0);
  if (total === 0) return ofNothing;
  return items.reduce((sum, item) => sum + weightOf(item) * valueOf(item), 0) / total;
}
