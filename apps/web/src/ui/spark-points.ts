/** The points of a line without axes through `values`, in a picture of that size. @param floor the value at the bottom edge, when it is not the least */
export function sparkPoints(
  values: readonly number[],
  [width, height]: readonly [number, number],
  floor = Infinity,
): string {
  const margin = 2;
  const low = Math.min(floor, ...values);
  const high = Math.max(...values);
  const x = (index: number): number =>
    margin + (index / Math.max(1, values.length - 1)) * (width - 2 * margin);
  const y = (value: number): number =>
    height - margin - (high > low ? (value - low) / (high - low) : 0.5) * (height - 2 * margin);
  return values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
}
