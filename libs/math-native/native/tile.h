/*
 * Register tiles: the inner loops of every matrix product. A tile of `rows` x `vectors * LANES` elements of the result is
 * kept in registers while `depth` products are added to each. A product's factors lie side by side: the `rows` of the left
 * operand at left.at + p * left.step, the `vectors * LANES` of the right one at right.at + p * right.step.
 */
#ifndef LOCKSTEP_TILE_H
#define LOCKSTEP_TILE_H

#include "target.h"

/** The largest tile: as many sums as fit the registers beside a row of the right operand, a factor and a product. */
#if LANES == 16
#define TILE_ROWS 12
#elif defined(__aarch64__)
#define TILE_ROWS 8
#else
#define TILE_ROWS 6
#endif
#define TILE_VECTORS 2
#define PANEL_COLUMNS (TILE_VECTORS * LANES)

/** One operand: where its factors begin, and from those of one product to those of the next, in elements. */
struct operand {
  const float *at;
  size_t step;
};

/** Where the tile's result goes. */
struct tile_target {
  float *out;
  /** From one row of the result to the next, in elements. */
  size_t stride;
  /** Columns to write, 1 to vectors * LANES. */
  size_t columns;
};

/** out = the sum over `depth`, or sum + out when `adds`: one block of the contract's section 2. */
typedef void product_tile(struct tile_target target, struct operand left, struct operand right, size_t depth, int adds);

/**
 * out = the tree sum over leaves of `leaf_rows` of the `depth` products (section 3). `stack` has room for
 * `stack_floats(leaves)` elements.
 */
typedef void tree_tile(struct tile_target target, struct operand left, struct operand right, size_t depth,
                       size_t leaf_rows, float *stack);

/** The functions for tiles of `rows` in 1..TILE_ROWS and `vectors` in 1..TILE_VECTORS. */
product_tile *product_tile_of(size_t rows, size_t vectors);
tree_tile *tree_tile_of(size_t rows, size_t vectors);

/** Elements of stack that a tree over `leaves` leaves needs: one tile a level. */
INLINE size_t stack_floats(size_t leaves) {
  size_t levels = 1;
  while (leaves >>= 1) levels++;
  return levels * TILE_ROWS * PANEL_COLUMNS;
}

#endif
