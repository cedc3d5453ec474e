import { packColumns, packRows } from './pack';
import { ACCUMULATE, LEVEL_BYTES, NARROW_COLUMNS, SPLAT_BYTES, STORE, TILE_COLUMNS, TILE_ROWS, WAIT } from './shape';
import { tile } from './tile';

/** Steps of the contract's block of a matrix product (section 2). */
@inline const BLOCK: i32 = 256;
/** Steps that are packed of the left matrix at a time, so that a panel stays in the first-level cache. */
@inline const PANEL_STEPS: i32 = 256;
/** Floats of the right matrix that are packed at a time, so that they stay in the second-level cache. */
@inline const RIGHT_FLOATS: i32 = 131072;
/** Fewer columns at a time than these would have the left matrix packed too often. */
@inline const FEWEST_COLUMNS: i32 = 64;
/** A result with no more columns than these is computed turned. */
@inline const NARROW: i32 = 16;
/** Steps of the right matrix that are packed of one panel before the next. */
@inline const STEPS_AT_ONCE: i32 = 16;
/** Bytes of four packed rows. */
@inline const PANEL_BYTES: usize = <usize>(PANEL_STEPS * TILE_ROWS) * SPLAT_BYTES;

/** Columns of the right matrix that are packed at a time. */
function columnsAtOnce(length: i32, n: i32): i32 {
  const fitting = max(FEWEST_COLUMNS, RIGHT_FLOATS / length) & -TILE_COLUMNS;
  return min(fitting, (n + TILE_COLUMNS - 1) & -TILE_COLUMNS);
}

/**
 * Whether the product is computed turned, as the transposed product of the transposed matrices in exchanged order: each element has the
 * same sum, but the side that is packed several times as large is then the narrow one.
 */
@inline function isTurned(m: i32, n: i32): bool {
  return n <= NARROW && n < m;
}

/** Levels of a stack on which that many leaves can wait. */
@inline function levelsOf(leafCount: u32): usize {
  return <usize>(32 - clz(leafCount));
}

@inline function leafCountOf(length: i32, leafLength: i32): u32 {
  return (<u32>length + <u32>leafLength - 1) / <u32>leafLength;
}

/** Bytes of workspace (which may be more than an address can say) for `weightGradient` of `m` rows of c. */
export function gradientWorkspace(rows: i32, leafRows: i32, m: i32, n: i32): f64 {
  const columns = columnsAtOnce(rows, isTurned(m, n) ? m : n);
  const stackBytes = levelsOf(leafCountOf(rows, leafRows)) * LEVEL_BYTES;
  const stacks = <f64>(columns / TILE_COLUMNS) * <f64>stackBytes;
  return <f64>(PANEL_BYTES + LEVEL_BYTES) + stacks + <f64>columns * <f64>rows * 4;
}

/** Bytes of workspace for `matmul` and `matmulTransposed`. */
export function matmulWorkspace(m: i32, k: i32, n: i32): f64 {
  const length = min(k, BLOCK);
  return gradientWorkspace(length, length, m, n);
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
    const ending = start > 0 ? ACCUMULATE : STORE;
    narrowOrWide(c, aBlock, aRow, 4, bBlock, bStep, bColumn, m, n, length, length, ending, workspace);
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
  narrowOrWide(target, columns, 4, <usize>k * 4, a, <usize>n * 4, 4, m, n, rows, leafRows, STORE, workspace);
}

/** `product` with dense rows of c, turned where c is narrow. */
function narrowOrWide(
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
  ending: i32,
  workspace: usize,
): void {
  const cRow = <usize>n * 4;
  if (isTurned(m, n)) {
    product(c, 4, cRow, b, bColumn, bStep, a, aStep, aRow, n, m, length, leafLength, ending, workspace);
  } else {
    product(c, cRow, 4, a, aRow, aStep, b, bStep, bColumn, m, n, length, leafLength, ending, workspace);
  }
}

/**
 * c = a @ b over `length` steps, cut into leaves of `leafLength` and summed up their tree. Strides are in bytes: c's from row to row and
 * from column to column, a's from row to row and from step to step, b's from step to step and from column to column.
 *
 * Some columns of b are packed, then four rows of a at a time meet all of them. Steps that do not fit a packed panel of a come in
 * parts of whole leaves; between two parts the leaves of each tile wait in a stack of its own.
 */
function product(
  c: usize,
  cRow: usize,
  cColumn: usize,
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
  ending: i32,
  workspace: usize,
): void {
  const atOnce = columnsAtOnce(length, n);
  const stackBytes = levelsOf(leafCountOf(length, leafLength)) * LEVEL_BYTES;
  const spare = workspace + PANEL_BYTES;
  const stacks = spare + LEVEL_BYTES;
  const right = stacks + <usize>(atOnce / TILE_COLUMNS) * stackBytes;
  const partLeaves = max(1, PANEL_STEPS / leafLength);
  const partLength = partLeaves * leafLength;

  for (let firstColumn = 0; firstColumn < n; firstColumn += atOnce) {
    const columns = min(atOnce, n - firstColumn);
    packRight(right, b + <usize>firstColumn * bColumn, bStep, bColumn, length, columns);
    for (let i = 0; i < m; i += TILE_ROWS) {
      const rows = min(TILE_ROWS, m - i);
      const target = c + <usize>i * cRow + <usize>firstColumn * cColumn;
      let finishedLeaves: u32 = 0;
      for (let start = 0; start < length; start += partLength) {
        const steps = min(partLength, length - start);
        packRows(workspace, a + <usize>i * aRow + <usize>start * aStep, aStep, aRow, steps, rows);
        const partEnding = start + steps == length ? ending : WAIT;
        let stack = stacks;
        for (let j = 0; j < columns; j += TILE_COLUMNS) {
          const present = min(TILE_COLUMNS, columns - j);
          const width = widthOf(present);
          const panel = right + (<usize>j * <usize>length + <usize>start * <usize>width) * 4;
          const at = target + <usize>j * cColumn;
          const isInPlace =
            partEnding == WAIT || (cColumn == 4 && rows == TILE_ROWS && present == width);
          const to = isInPlace ? at : spare;
          const toRow = isInPlace ? cRow : <usize>width * 4;
          const tileEnding = isInPlace ? partEnding : STORE;
          tile(width, steps, leafLength, finishedLeaves, tileEnding, workspace, panel, to, toRow, stack);
          if (!isInPlace) move(at, cRow, cColumn, spare, toRow, rows, present, ending == ACCUMULATE);
          stack += stackBytes;
        }
        finishedLeaves += partLeaves;
      }
    }
  }
}

/** Columns of the narrowest tile for so many. */
@inline function widthOf(present: i32): i32 {
  return present <= NARROW_COLUMNS ? NARROW_COLUMNS : TILE_COLUMNS;
}

/**
 * Packs `columns` columns of the right matrix, panel after panel; a few steps at a time, so that what one panel leaves of a cache line
 * is still there for the next.
 */
function packRight(to: usize, b: usize, bStep: usize, bColumn: usize, length: i32, columns: i32): void {
  for (let start = 0; start < length; start += STEPS_AT_ONCE) {
    const steps = min(STEPS_AT_ONCE, length - start);
    const from = b + <usize>start * bStep;
    for (let j = 0; j < columns; j += TILE_COLUMNS) {
      const present = min(TILE_COLUMNS, columns - j);
      const width = widthOf(present);
      const panel = to + (<usize>j * <usize>length + <usize>start * <usize>width) * 4;
      packColumns(panel, from + <usize>j * bColumn, bStep, bColumn, steps, width, present);
    }
  }
}

/** Moves the rows and columns that exist from a finished tile to where they belong, or adds them to what is there. */
function move(
  c: usize,
  cRow: usize,
  cColumn: usize,
  source: usize,
  sourceRow: usize,
  rows: i32,
  columns: i32,
  isAdded: bool,
): void {
  for (let i = 0; i < rows; i++) {
    let at = c;
    for (let j = 0; j < columns; j++) {
      const value = load<f32>(source + <usize>j * 4);
      store<f32>(at, isAdded ? load<f32>(at) + value : value);
      at += cColumn;
    }
    c += cRow;
    source += sourceRow;
  }
}
