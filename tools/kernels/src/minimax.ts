/** Minimax polynomials by the Remez exchange, in float64, with float32 coefficients. */

/** What to approximate: `target` on [-bound, bound], the error weighed by `weight`. */
export interface Approximation {
  readonly target: (x: number) => number;
  readonly weight: (x: number) => number;
  readonly bound: number;
}

/** A polynomial, its coefficients from the lowest power up, and its largest weighed error. */
export interface Fit {
  readonly coefficients: readonly number[];
  readonly worstError: number;
}

const GRID_POINTS = 4000;
const LARGEST_ROUND_COUNT = 60;
/** The exchange is done when its extrema are this close to equal. */
const TOLERANCE = 1e-9;

/** The value of a polynomial, coefficients from the lowest power up. */
export const evaluate = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/** The best polynomial of that degree whose first coefficients are those of `fixed`. */
export function remez(approximation: Approximation, degree: number, fixed: readonly number[]): Fit {
  const { target, weight, bound } = approximation;
  const unknowns = degree + 1 - fixed.length;
  const rest = (x: number): number => target(x) - evaluate(fixed, x);
  let points = Array.from(
    { length: unknowns + 1 },
    (_, i) => -bound * Math.cos((Math.PI * (i + 0.5)) / (unknowns + 1)),
  );
  let coefficients = [...fixed];
  let worstError = Infinity;
  for (let round = 0; round < LARGEST_ROUND_COUNT; round++) {
    const rows = points.map((x, i) => [
      ...Array.from({ length: unknowns }, (_, j) => x ** (j + fixed.length) * weight(x)),
      i % 2 === 0 ? -1 : 1,
    ]);
    const solution = solve(
      rows,
      points.map((x) => rest(x) * weight(x)),
    );
    coefficients = [...fixed, ...solution.slice(0, unknowns)];
    const error = (x: number): number => (evaluate(coefficients, x) - target(x)) * weight(x);
    const extrema = alternatingExtrema(error, bound, unknowns + 1);
    const heights = extrema.map((x) => Math.abs(error(x)));
    worstError = Math.max(...heights);
    if (extrema.length < points.length || worstError - Math.min(...heights) <= TOLERANCE * worstError) break;
    points = extrema;
  }
  return { coefficients, worstError };
}

/** Where the error is largest between its changes of sign, at most `count` places, the outer small ones dropped. */
function alternatingExtrema(error: (x: number) => number, bound: number, count: number): number[] {
  const extrema: number[] = [];
  let height = 0;
  for (let i = 0; i <= GRID_POINTS; i++) {
    const x = -bound * Math.cos((Math.PI * i) / GRID_POINTS);
    const here = error(x);
    const isNextLobe = extrema.length === 0 || Math.sign(here) !== Math.sign(height);
    if (!isNextLobe && Math.abs(here) <= Math.abs(height)) continue;
    if (isNextLobe) extrema.push(x);
    else extrema[extrema.length - 1] = x;
    height = here;
  }
  while (extrema.length > count) {
    if (Math.abs(error(extrema[0]!)) < Math.abs(error(extrema.at(-1)!))) extrema.shift();
    else extrema.pop();
  }
  return extrema;
}

/** The solution of rows * x = right, by elimination with pivots. */
function solve(rows: readonly number[][], right: readonly number[]): number[] {
  const size = right.length;
  const table = rows.map((row, i) => [...row, right[i]!]);
  for (let i = 0; i < size; i++) {
    let pivot = i;
    for (let j = i + 1; j < size; j++) if (Math.abs(table[j]![i]!) > Math.abs(table[pivot]![i]!)) pivot = j;
    [table[i], table[pivot]] = [table[pivot]!, table[i]!];
    for (let j = i + 1; j < size; j++) {
      const factor = table[j]![i]! / table[i]![i]!;
      for (let column = i; column <= size; column++) table[j]![column]! -= factor * table[i]![column]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    let sum = table[i]![size]!;
    for (let j = i + 1; j < size; j++) sum -= table[i]![j]! * solution[j]!;
    solution[i] = sum / table[i]![i]!;
  }
  return solution;
}

/**
 * The best polynomial with float32 coefficients that can be had one at a time: the lowest is rounded, then the others
 * are fitted again around it, and so on.
 */
export function fitFloat32(approximation: Approximation, degree: number): Fit {
  const fixed: number[] = [];
  let worstError = 0;
  for (let i = 0; i <= degree; i++) {
    const fit = remez(approximation, degree, fixed);
    worstError = fit.worstError;
    fixed.push(Math.fround(fit.coefficients[i]!));
  }
  return { coefficients: fixed, worstError };
}
