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
