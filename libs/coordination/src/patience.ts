import type { CoordinationConfig } from './config.ts';
import { clamp, divide } from './integers.ts';

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
  const middle = medianOf(latenesses);
  const spread = medianOf(latenesses.map((permille) => Math.abs(permille - middle)));
  return clamp(middle + deviations * spread, leastPermille, most);
}

/** The lower one of two middle values. */
const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
