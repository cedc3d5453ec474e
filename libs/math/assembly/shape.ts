/** Rows of a tile. */
@inline export const TILE_ROWS: i32 = 4;
/** Columns of a tile: what keeps eight accumulators, as many as engines hold in registers beside what they are multiplied by. */
@inline export const TILE_COLUMNS: i32 = ASC_FEATURE_SIMD ? 8 : 2;
/** Columns of the tile for the last columns of a result whose width is no multiple of TILE_COLUMNS. */
@inline export const NARROW_COLUMNS: i32 = ASC_FEATURE_SIMD ? 4 : 2;
/**
 * Bytes that one number of the left matrix takes in a packed panel. With vectors it is there four times: engines load four numbers
 * with a constant offset in one instruction, but need two or three to load one and spread it.
 */
@inline export const SPLAT_BYTES: usize = ASC_FEATURE_SIMD ? 16 : 4;
/** Bytes of a slot for one waiting tile, and of a tile that is only partly stored. */
@inline export const LEVEL_BYTES: usize = <usize>(TILE_ROWS * TILE_COLUMNS) * 4;

/** The tile is the result. */
@inline export const STORE: i32 = 0;
/** The tile is added to what is there, left operand first. */
@inline export const ACCUMULATE: i32 = 1;
/** More leaves follow: the tile's own wait in its stack. */
@inline export const WAIT: i32 = 2;
