import { requireRows } from '../shapes.ts';
import { addFloat32, treeSum } from './tree-sum.ts';

const fround = Math.fround;

/** Interleaved lanes of a sum along a row. */
const LANES = 16;

/** Lane l takes term(l), term(l + 16), ... ascending from +0; the lanes are joined up the fixed tree. */
function laneSum(length: number, term: (j: number) => number): number {
  const laneOf = (lane: number): number => {
    let sum = 0;
    for (let j = lane; j < length; j += LANES) sum = fround(sum + term(j));
    return sum;
  };
  return treeSum(0, LANES, laneOf, addFloat32);
}

/** out[r] = the lane sum of x[r,j] over j. @throws {ShapeError} */
export function rowSums(out: Float32Array, x: Float32Array, rows: number, n: number): void {
  requireRows('rowSums', out, [x], rows, n);
  for (let row = 0; row < rows; row++) out[row] = laneSum(n, (j) => x[row * n + j]!);
}

/** out[r] = the lane sum of a[r,j] * b[r,j] over j, each product rounded. @throws {ShapeError} */
export function rowDots(out: Float32Array, a: Float32Array, b: Float32Array, rows: number, n: number): void {
  requireRows('rowDots', out, [a, b], rows, n);
  for (let row = 0; row < rows; row++) {
    out[row] = laneSum(n, (j) => fround(a[row * n + j]! * b[row * n + j]!));
  }
}

/** out[r] = the first x[r,0], replaced by each x[r,j] above what is there. @throws {ShapeError} */
export function rowMaxima(out: Float32Array, x: Float32Array, rows: number, n: number): void {
  requireRows('rowMaxima', out, [x], rows, n);
  for (let row = 0; row < rows; row++) {
    let most = n === 0 ? 0 : x[row * n]!;
    for (let j = 1; j < n; j++) {
      const value = x[row * n + j]!;
      if (value > most) most = value;
    }
    out[row] = most;
  }
}
