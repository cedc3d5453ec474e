/**
 * base^n in float64 by binary powering from n's lowest bit: products alone, the same bits on every engine, and no state (contract,
 * section 1).
 * @param n a whole number from 0
 */
export function powInt(base: number, n: number): number {
  let power = 1;
  let square = base;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= square;
    square *= square;
  }
  return power;
}
