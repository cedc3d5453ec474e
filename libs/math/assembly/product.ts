import { packColumns, packRows } from './pack';
import { tile4x4 } from './tile-4x4';
import { tile4x8 } from './tile-4x8';
import { LEVEL_BYTES, LEVELS } from './vector';

/** Steps of the contract's block of a matrix product (section 2). */
@inline const BLOCK: i32 = 256;
/** Rows of the left matrix that are packed at a time: their 100 kB stay in the second-level cache. */
@inline const ROWS_AT_ONCE: i32 = 100;
/** With no more rows than these, packing the right matrix would cost more than it saves. */
@inline const FEW_ROWS: i32 = 24;
/** With no more columns than these, the same holds for the left matrix. */
@inline const FEW_COLUMNS: i32 = 32;

/** Bytes of one tile that is only partly stored. */
@inline const SPARE_TILE_BYTES: usize = LEVEL_BYTES;

/** Bytes of workspace (which may be more than an address can say) that a product of `length` steps needs, `n` columns wide. */
export function productWorkspace(length: i32, n: i32): f64 {
  const lanes = <f64>((n + 7) & ~7) + <f64>ROWS_AT_ONCE;
  return <f64>(LEVELS * LEVEL_BYTES + SPARE_TILE_BYTES) + lanes * <f64>length * 4;
}

/** Bytes of workspace for `matmul` and `matmulTransposed`. */
export function matmulWorkspace(k: i32, n: i32): f64 {
  return productWorkspace(min(k, BLOCK), n);
}

/** c[m,n] = a[m,k] @ b[k,n], k > 0. */
export function matmul(c: usize, a: usize, b: usize, m: i32, k: i32, n: i32, workspace: usize): void {
  blocks(c, a, b, m, k, n, <usize>n * 4, 4, workspace);
}

/** c[m,n] = a[m,k] @ b[n,k]^T, k > 0. */
export function matmulTransposed(
  c: usize,
  a: usize,
  b: usize,
  m: i32,
  k: i32,
  n: i32,
  workspace: usize,
): void {
  blocks(c, a, b, m, k, n, 4, <usize>k * 4, workspace);
}

function blocks(
  c: usize,
  a: usize,
  b: usize,
  m: i32,
  k: i32,
  n: i32,
  bStep: usize,
  bColumn: usize,
  workspace: usize,
): void {
  const aRow = <usize>k * 4;
  for (let start = 0; start < k; start += BLOCK) {
    const length = min(BLOCK, k - start);
    const aBlock = a + <usize>start * 4;
    const bBlock = b + <usize>start * bStep;
    product(c, aBlock, aRow, 4, bBlock, bStep, bColumn, m, n, length, length, start > 0, workspace);
  }
}

/** Rows first to last - 1 of c[k,n] = tree sum over leaves of x[leaf rows,k]^T @ a[leaf rows,n], rows > 0. */
export function weightGradient(
  c: usize,
  x: usize,
  a: usize,
  rows: i32,
  k: i32,
  n: i32,
  leafRows: i32,
  first: i32,
  last: i32,
  workspace: usize,
): void {
  const target = c + <usize>first * <usize>n * 4;
  const columns = x + <usize>first * 4;
  const m = last - first;
  product(target, columns, 4, <usize>k * 4, a, <usize>n * 4, 4, m, n, rows, leafRows, false, workspace);
}

@inline function tileWidth(columnsLeft: i32): i32 {
  return columnsLeft <= 4 ? 4 : 8;
}

/**
 * c = a @ b over `length` steps, cut into leaves of `leafLength` and summed up their tree. Strides are in bytes: a's from row
 * to row and from step to step, b's from step to step and from column to column.
 */
function product(
  c: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  bColumn: usize,
  m: i32,
  n: i32,
  length: i32,
  leafLength: i32,
  accumulate: bool,
  workspace: usize,
): void {
  const stack = workspace;
  const spare = stack + LEVELS * LEVEL_BYTES;
  const aPacked = spare + SPARE_TILE_BYTES;
  const lengthBytes = <usize>length * 4;
  const bPacked = aPacked + <usize>ROWS_AT_ONCE * lengthBytes;
  const isLeftDirect = aRow == 4 && n <= FEW_COLUMNS;
  const isRightDirect = bColumn == 4 && m <= FEW_ROWS;
  const ldc = <usize>n * 4;

  for (let j = 0; j < n; j += 8) {
    const columns = min(8, n - j);
    if (isRightDirect && columns == 8) continue;
    const panel = b + <usize>j * bColumn;
    packColumns(bPacked + <usize>j * lengthBytes, panel, bStep, bColumn, length, tileWidth(columns), columns);
  }

  for (let firstRow = 0; firstRow < m; firstRow += ROWS_AT_ONCE) {
    const rows = min(ROWS_AT_ONCE, m - firstRow);
    for (let i = 0; i < rows; i += 4) {
      const present = min(4, rows - i);
      if (isLeftDirect && present == 4) continue;
      const panel = a + <usize>(firstRow + i) * aRow;
      packRows(aPacked + <usize>i * lengthBytes, panel, aStep, aRow, length, present);
    }

    for (let j = 0; j < n; j += 8) {
      const columns = min(8, n - j);
      const width = tileWidth(columns);
      const isPanelDirect = isRightDirect && columns == 8;
      const right = isPanelDirect ? b + <usize>j * 4 : bPacked + <usize>j * lengthBytes;
      const ldb = isPanelDirect ? bStep : <usize>width * 4;

      for (let i = 0; i < rows; i += 4) {
        const present = min(4, rows - i);
        const isDirect = isLeftDirect && present == 4;
        const left = isDirect ? a + <usize>(firstRow + i) * 4 : aPacked + <usize>i * lengthBytes;
        const lda = isDirect ? aStep : 16;
        const target = c + <usize>(firstRow + i) * ldc + <usize>j * 4;
        if (present == 4 && columns == 8) {
          tile4x8(length, leafLength, left, lda, right, ldb, target, ldc, accumulate, stack);
        } else if (width == 8) {
          tile4x8(length, leafLength, left, lda, right, ldb, spare, 32, false, stack);
          storePresent(target, ldc, spare, 32, present, columns, accumulate);
        } else {
          tile4x4(length, leafLength, left, lda, right, ldb, spare, 16, false, stack);
          storePresent(target, ldc, spare, 16, present, columns, accumulate);
        }
      }
    }
  }
}

/** Moves the rows and columns that exist from a finished tile to where they belong. */
function storePresent(
  c: usize,
  ldc: usize,
  source: usize,
  sourceRow: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
): void {
  const vectors = columns & ~3;
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j < vectors; j += 4) {
      const at = c + <usize>j * 4;
      const values = v128.load(source + <usize>j * 4);
      v128.store(at, accumulate ? f32x4.add(v128.load(at), values) : values);
    }
    for (; j < columns; j++) {
      const at = c + <usize>j * 4;
      const value = load<f32>(source + <usize>j * 4);
      store<f32>(at, accumulate ? load<f32>(at) + value : value);
    }
    c += ldc;
    source += sourceRow;
  }
}
