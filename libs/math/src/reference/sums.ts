import {
  requireBiasGradient,
  requireRowRange,
  requireSquaredErrorSum,
  requireWeightGradient,
} from '../shapes.ts';
import { addFloat32, addFloat64, treeSum } from './tree-sum.ts';

const fround = Math.fround;

/** Rows first to last - 1 of out[k,n] = tree sum over leaves of x[leaf rows,k]^T @ a[leaf rows,n]. @throws {ShapeError} */
export function weightGradient(
  out: Float32Array,
  x: Float32Array,
  a: Float32Array,
  rows: number,
  k: number,
  n: number,
  leafRows: number,
  first = 0,
  last = k,
): void {
  requireWeightGradient(out, x, a, rows, k, n, leafRows);
  requireRowRange('weightGradient', first, last, k);
  const leafCount = Math.ceil(rows / leafRows);
  for (let i = first; i < last; i++) {
    for (let j = 0; j < n; j++) {
      const leafSum = (leaf: number): number => {
        const start = leaf * leafRows;
        const end = Math.min(rows, start + leafRows);
        let sum = 0;
        for (let row = start; row < end; row++) {
          const product = fround(x[row * k + i]! * a[row * n + j]!);
          sum = fround(sum + product);
        }
        return sum;
      };
      out[i * n + j] = treeSum(0, leafCount, leafSum, addFloat32);
    }
  }
}

/** out[n] = tree sum over leaves of the rows of a[rows,n]. @throws {ShapeError} */
export function biasGradient(
  out: Float32Array,
  a: Float32Array,
  rows: number,
  n: number,
  leafRows: number,
): void {
  requireBiasGradient(out, a, rows, n, leafRows);
  const leafCount = Math.ceil(rows / leafRows);
  for (let j = 0; j < n; j++) {
    const leafSum = (leaf: number): number => {
      const start = leaf * leafRows;
      const end = Math.min(rows, start + leafRows);
      let sum = 0;
      for (let row = start; row < end; row++) sum = fround(sum + a[row * n + j]!);
      return sum;
    };
    out[j] = treeSum(0, leafCount, leafSum, addFloat32);
  }
}

/**
 * The loss sum_j error[r,j]^2 / 2 of every row r, summed in float64: outputs ascending, then the rows of a leaf, then
 * the tree. A float32 squared is exact in float64.
 * @throws {ShapeError}
 */
export function squaredErrorSum(error: Float32Array, rows: number, n: number, leafRows: number): number {
  requireSquaredErrorSum(error, rows, n, leafRows);
  const rowLoss = (row: number): number => {
    let loss = 0;
    for (let j = 0; j < n; j++) {
      const d = error[row * n + j]!;
      const term = (d * d) / 2;
      loss = loss + term;
    }
    return loss;
  };
  const leafSum = (leaf: number): number => {
    const start = leaf * leafRows;
    const end = Math.min(rows, start + leafRows);
    let sum = 0;
    for (let row = start; row < end; row++) sum = sum + rowLoss(row);
    return sum;
  };
  return treeSum(0, Math.ceil(rows / leafRows), leafSum, addFloat64);
}
