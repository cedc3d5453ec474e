import type { CoordinationConfig } from '../config.ts';
import { clamp, divide } from '../integers.ts';

/** Answers that are remembered, and that are needed before they count. */
const [mostRemembered, leastNeeded] = [64, 8];

/** An answer that took longer than this many times its prediction counts as this. */
const mostPermille = 100_000;

/** `latenesses` with one more: an answer that was predicted to take `predictedMicros` and took `actualMicros`. */
export function withLateness(
  latenesses: readonly number[],
  actualMicros: number,
  predictedMicros: number,
): readonly number[] {
  const permille = clamp(
    divide(Math.max(actualMicros, 0) * 1000, Math.max(predictedMicros, 1)),
    0,
    mostPermille,
  );
  return latenesses.slice(1 - mostRemembered).concat(permille);
}

/**
 * In how many thousandths of its predicted time an answer may come before its span is overdue: median + d * MAD of the
 * recent ones, within bounds. The median absolute deviation stands for the spread because stragglers, which are what is
 * looked for, cannot blow it up (Hampel, 1974): half of the answers would have to be late.
 */
export function patiencePermille(config: CoordinationConfig, latenesses: readonly number[]): number {
  const { deviations, leastPermille, mostPermille: most, initialPermille } = config.leaseDeadline;
  if (latenesses.length < leastNeeded) return initialPermille;
  const middle = medianOf(latenesses, 0);
  const spread = medianOf(latenesses, middle);
  return clamp(middle + deviations * spread, leastPermille, most);
}

/** Used again and again: copies to sort would be a good part of what a step allocates here. */
const sorted = new Float64Array(mostRemembered);

/** Median of the distances from `origin`, none of `values` being negative; the lower one of two middle values. */
function medianOf(values: readonly number[], origin: number): number {
  sorted.fill(Infinity);
  for (let index = 0; index < values.length; index++) sorted[index] = Math.abs(values[index]! - origin);
  return sorted.sort()[(values.length - 1) >> 1]!;
}
