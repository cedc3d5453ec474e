import { requireProduct } from '../shapes.ts';

const fround = Math.fround;
/** Consecutive k that are summed on their own, from +0 (contract, section 2). */
const BLOCK = 256;

/** out[m,n] = a[m,k] @ b[k,n]. @throws {ShapeError} */
export function matmul(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
): void {
  requireProduct('matmul', out, a, b, m, k, n);
  blockedProduct(out, a, b, m, k, n, n, 1);
}

/** out[m,n] = a[m,k] @ b[n,k]^T. @throws {ShapeError} */
export function matmulTransposed(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
): void {
  requireProduct('matmulTransposed', out, a, b, m, k, n);
  blockedProduct(out, a, b, m, k, n, 1, k);
}

/** The product where element (p, j) of the right matrix is b[p * rowStride + j * columnStride]. */
function blockedProduct(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
  rowStride: number,
  columnStride: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = 0;
      for (let start = 0; start < k; start += BLOCK) {
        const end = Math.min(k, start + BLOCK);
        let sum = 0;
        for (let p = start; p < end; p++) {
          const product = fround(a[i * k + p]! * b[p * rowStride + j * columnStride]!);
          sum = fround(sum + product);
        }
        total = start === 0 ? sum : fround(total + sum);
      }
      out[i * n + j] = total;
    }
  }
}
