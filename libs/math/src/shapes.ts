import { ShapeError } from './errors.ts';

const LARGEST_LEAF = 256;

/** @throws {ShapeError} unless every dimension is an integer >= 0 */
export function requireDimensions(kernel: string, ...dimensions: readonly number[]): void {
  for (const dimension of dimensions) {
    if (Number.isSafeInteger(dimension) && dimension >= 0) continue;
    throw new ShapeError(`${kernel}: a dimension is ${dimension}; dimensions are integers from 0`);
  }
}

/** @throws {ShapeError} unless `buffer` has exactly `length` elements */
function requireLength(
  kernel: string,
  label: string,
  buffer: { readonly length: number },
  length: number,
): void {
  if (buffer.length === length) return;
  throw new ShapeError(`${kernel}: ${label} has ${buffer.length} elements where the shapes need ${length}`);
}

/** @throws {ShapeError} unless `leafRows` is an integer from 1 to 256 */
function requireLeafRows(kernel: string, leafRows: number): void {
  if (Number.isInteger(leafRows) && leafRows >= 1 && leafRows <= LARGEST_LEAF) return;
  throw new ShapeError(`${kernel}: leafRows is ${leafRows}; a leaf has 1 to ${LARGEST_LEAF} rows`);
}

/** Checks out[m,n], a[m,k], b of k*n elements. @throws {ShapeError} */
export function requireProduct(
  kernel: string,
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
): void {
  requireDimensions(kernel, m, k, n);
  requireLength(kernel, 'out', out, m * n);
  requireLength(kernel, 'a', a, m * k);
  requireLength(kernel, 'b', b, k * n);
}

/** Checks out[k,n], x[rows,k], a[rows,n]. @throws {ShapeError} */
export function requireWeightGradient(
  out: Float32Array,
  x: Float32Array,
  a: Float32Array,
  rows: number,
  k: number,
  n: number,
  leafRows: number,
): void {
  requireDimensions('weightGradient', rows, k, n);
  requireLeafRows('weightGradient', leafRows);
  requireLength('weightGradient', 'out', out, k * n);
  requireLength('weightGradient', 'x', x, rows * k);
  requireLength('weightGradient', 'a', a, rows * n);
}

/** Checks that rows `first` to `last` - 1 are rows of out[k,n]. @throws {ShapeError} */
export function requireRowRange(kernel: string, first: number, last: number, k: number): void {
  requireDimensions(kernel, first, last);
  if (first <= last && last <= k) return;
  throw new ShapeError(`${kernel}: rows ${first} to ${last} are not a range of the ${k} rows of out`);
}

/** Checks out[n], a[rows,n]. @throws {ShapeError} */
export function requireBiasGradient(
  out: Float32Array,
  a: Float32Array,
  rows: number,
  n: number,
  leafRows: number,
): void {
  requireDimensions('biasGradient', rows, n);
  requireLeafRows('biasGradient', leafRows);
  requireLength('biasGradient', 'out', out, n);
  requireLength('biasGradient', 'a', a, rows * n);
}

/** Checks out[rows] and inputs [rows,n]. @throws {ShapeError} */
export function requireRows(
  kernel: string,
  out: Float32Array,
  inputs: readonly Float32Array[],
  rows: number,
  n: number,
): void {
  requireDimensions(kernel, rows, n);
  requireLength(kernel, 'out', out, rows);
  for (const input of inputs) requireLength(kernel, 'an input', input, rows * n);
}

/** Checks error[rows,n]. @throws {ShapeError} */
export function requireSquaredErrorSum(error: Float32Array, rows: number, n: number, leafRows: number): void {
  requireDimensions('squaredErrorSum', rows, n);
  requireLeafRows('squaredErrorSum', leafRows);
  requireLength('squaredErrorSum', 'error', error, rows * n);
}

/** Checks out[length], bytes[length], table[256]. @throws {ShapeError} */
export function requireLookup(out: Float32Array, bytes: Uint8Array, table: Float32Array): void {
  requireLength('lookup', 'bytes', bytes, out.length);
  requireLength('lookup', 'table', table, 256);
}
