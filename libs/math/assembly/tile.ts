import { TILE_COLUMNS } from './shape';
import { tile4x2 } from './tile-4x2';
import { tile4x4 } from './tile-4x4';
import { tile4x8 } from './tile-4x8';

/**
 * One tile of the result: the tree sum over leaves of `leafLength` steps of the outer products of a's and b's steps. Finished leaves
 * wait in `stack` and are joined as a binary counter carries, so that level l holds the sum of 2^l leaves; the last leaf folds
 * what waits, the smaller right part into the larger left. A plain block of a product is a tree of one leaf.
 *
 * A tree may be summed in several calls: all but the last leave their leaves in `stack`.
 *
 * @param width columns of the tile and of the packed panel: TILE_COLUMNS or NARROW_COLUMNS
 * @param length steps to sum, at least 1; whole leaves unless they are the last
 * @param finishedLeaves leaves of earlier calls, which wait in `stack`
 * @param ending what becomes of the sum
 * @param a packed rows, SPLAT_BYTES for each of the four and each step
 * @param b packed columns, `width` floats a step
 * @param c, ldc where the tile goes; its rows are `ldc` bytes apart
 * @param stack slots of LEVEL_BYTES, as many as the binary digits of the number of leaves
 */
@inline export function tile(
  width: i32,
  length: i32,
  leafLength: i32,
  finishedLeaves: u32,
  ending: i32,
  a: usize,
  b: usize,
  c: usize,
  ldc: usize,
  stack: usize,
): void {
  if (ASC_FEATURE_SIMD) {
    if (width == TILE_COLUMNS) tile4x8(length, leafLength, finishedLeaves, ending, a, b, c, ldc, stack);
    else tile4x4(length, leafLength, finishedLeaves, ending, a, b, c, ldc, stack);
  } else {
    tile4x2(length, leafLength, finishedLeaves, ending, a, b, c, ldc, stack);
  }
}
