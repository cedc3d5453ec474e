import { units, type Unit } from './benchmark-case.ts';

/** The middle value; of an even count, the mean of the two in the middle. @throws {RangeError} of nothing */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('there is no median of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** How many times as fast `value` is as `other`, both in `unit`. */
export const timesAsFast = (value: number, other: number, unit: Unit): number =>
  units[unit] === 'higher' ? value / other : other / value;

/**
 * The median over rounds of how many times as fast `values` are as `others` of the same round. What slows a round slows
 * both, so that this is steadier than the ratio of medians.
 * @throws {RangeError} when the two do not pair
 */
export function pairedRatio(values: readonly number[], others: readonly number[], unit: Unit): number {
  if (values.length !== others.length) throw new RangeError('a ratio per round needs as many of either');
  return median(values.map((value, round) => timesAsFast(value, others[round]!, unit)));
}

/** y = intercept + slope * x. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** A point that a line is laid through. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The line of least squares. @throws {RangeError} without two points of different x */
export function lineThrough(points: readonly Point[]): Line {
  const mean = (of: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = mean(({ x }) => (x - meanX) ** 2);
  if (!(spread > 0)) throw new RangeError('a line needs two points of different x');
  const slope = mean(({ x, y }) => (x - meanX) * (y - meanY)) / spread;
  return { slope, intercept: meanY - slope * meanX };
}
