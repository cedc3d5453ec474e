import type { Opened } from '../benchmark-case.ts';
import { timed } from '../timing.ts';

/** A product of two matrices as they lie in memory, [rows, columns]; `transpose` says which is turned before. */
export interface Product {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  readonly transpose?: 'a' | 'b';
}

/** out[m,n], summed over k. */
export const outputOf = ({ a, b, transpose }: Product): { m: number; k: number; n: number } => ({
  m: transpose === 'a' ? a[1] : a[0],
  k: transpose === 'a' ? a[0] : a[1],
  n: transpose === 'b' ? b[0] : b[1],
});

/** Warms `multiply` up and measures it in GFLOP/s. @param result what it computed, to be compared */
export function openedProduct(product: Product, result: number, multiply: () => void): Opened {
  const { m, k, n } = outputOf(product);
  const milliseconds = timed(multiply);
  return { result, measure: async () => ({ value: (2 * m * k * n) / (milliseconds() * 1e6) }) };
}
