/* The matrix products: which tiles cover the result, and what is packed for them. */
#include "pack.h"
#include "tile.h"
#include "transpose.h"

/** Consecutive k that are summed on their own, from +0 (contract, section 2). */
#define BLOCK 256

/** Bytes of packed left operand that are used panel after panel: with a panel, they stay in a second-level cache. */
#define LEFT_BYTES (192 * 1024)

INLINE size_t vectors_of(size_t columns) { return (columns + LANES - 1) / LANES; }
INLINE float *floats_at(char *workspace, size_t offset) { return (float *)(void *)(workspace + offset); }

/** Rows of the result whose left operands are packed together, a multiple of TILE_ROWS. */
INLINE size_t rows_together(size_t depth) {
  const size_t tiles = LEFT_BYTES / (depth * TILE_ROWS * sizeof(float));
  return (tiles > 0 ? tiles : 1) * TILE_ROWS;
}

/** Bytes of a packed right operand of that many columns, and of the left operand of up to `rows_together` rows. */
INLINE size_t right_bytes(size_t columns, size_t depth) {
  return round_up(round_up(columns, LANES) * depth * sizeof(float), 64);
}
INLINE size_t left_bytes(size_t rows, size_t depth) {
  return round_up((least(rows, rows_together(depth)) * depth + PACK_SLACK) * sizeof(float), 64);
}

/** How the sums of one pass are made: a block of products, added to `out` or not, or a tree over leaves. */
struct summation {
  size_t depth;
  int adds;
  /** 0 for a block of products. */
  size_t leaf_rows;
  float *stack;
};

INLINE void sum_tile(struct summation how, size_t rows, struct tile_target target, struct operand left,
                     struct operand right) {
  const size_t vectors = vectors_of(target.columns);
  if (how.leaf_rows == 0) product_tile_of(rows, vectors)(target, left, right, how.depth, how.adds);
  else tree_tile_of(rows, vectors)(target, left, right, how.depth, how.leaf_rows, how.stack);
}

/** Panel `column` of a packed right operand: panels of PANEL_COLUMNS, the last one as narrow as whole vectors allow. */
INLINE struct operand panel_at(const float *packed, size_t column, size_t columns, size_t depth) {
  const size_t width = round_up(least(PANEL_COLUMNS, columns - column), LANES);
  return (struct operand){packed + column * depth, width};
}

/** Rows `first` to `last` - 1 of out[.., n], whose left operands lie packed at `left`, tile by tile, from `first` on. */
static void multiply_packed(struct summation how, float *out, size_t n, size_t first, size_t last, const float *left,
                            const float *right) {
  for (size_t column = 0; column < n; column += PANEL_COLUMNS) {
    const struct operand panel = panel_at(right, column, n, how.depth);
    for (size_t i = first; i < last; i += TILE_ROWS) {
      const size_t rows = least(TILE_ROWS, last - i);
      const struct tile_target target = {out + i * n + column, n, least(PANEL_COLUMNS, n - column)};
      sum_tile(how, rows, target, (struct operand){left + (i - first) * how.depth, rows}, panel);
    }
  }
}

/** The tile tile[columns][PANEL_COLUMNS] turned over, into (or, when `adds`, added to) out[rows, columns]. */
static void deliver_turned(float *out, size_t stride, const float *tile, size_t rows, size_t columns, int adds) {
  for (size_t i = 0; i < rows; i += LANES) {
    for (size_t j = 0; j < columns; j += LANES) {
      const size_t width = least(LANES, columns - j);
      vector square[LANES];
      UNROLL
      for (size_t lane = 0; lane < LANES; lane++) {
        square[lane] = lane < width ? load(tile + (j + lane) * PANEL_COLUMNS + i) : (vector){0};
      }
      transpose(square);
      for (size_t lane = 0; lane < least(LANES, rows - i); lane++) {
        float *row = out + (i + lane) * stride + j;
        const vector sum = adds ? square[lane] + load_up_to(row, width) : square[lane];
        store_up_to(row, sum, width);
      }
    }
  }
}

/**
 * Rows `first` to `last` - 1 of out[.., n] with the operands in each other's place: vectors run along the rows of the result.
 * @param left what the columns are multiplied by, tile by tile: a step of the whole width n where it is not packed
 * @param panel the rows' operands, from `first` on
 */
static void multiply_turned(struct summation how, float *out, size_t n, size_t first, size_t last, struct operand left,
                            int is_left_packed, struct operand panel) {
  float tile[TILE_ROWS * PANEL_COLUMNS];
  struct summation alone = how;
  alone.adds = 0;
  for (size_t column = 0; column < n; column += TILE_ROWS) {
    const size_t columns = least(TILE_ROWS, n - column);
    const struct operand factors = is_left_packed ? (struct operand){left.at + column * how.depth, columns}
                                                  : (struct operand){left.at + column, left.step};
    const struct tile_target target = {tile, PANEL_COLUMNS, round_up(last - first, LANES)};
    sum_tile(alone, columns, target, factors, panel);
    deliver_turned(out + first * n + column, n, tile, last - first, columns, how.adds);
  }
}

/**
 * Whether vectors should run along the m rows of the result rather than along its n columns: where the columns leave many lanes
 * of their last vector empty, as 10 columns do.
 */
INLINE int should_turn(size_t m, size_t n) { return 5 * round_up(m, LANES) * n <= 4 * round_up(n, LANES) * m; }

/** The product where the right operand is b[k,n], or b[n,k] when it `is_transposed`. */
INLINE size_t multiply(float *out, const float *a, const float *b, size_t m, size_t k, size_t n, int is_transposed,
                       char *workspace, size_t workspace_bytes) {
  const size_t deepest = least(k, BLOCK);
  const int turns = should_turn(m, n);
  const size_t right = turns ? right_bytes(PANEL_COLUMNS, deepest) : right_bytes(n, deepest);
  const size_t needed = right + (turns ? round_up((n * deepest + PACK_SLACK) * sizeof(float), 64) : left_bytes(m, deepest));
  if (workspace_bytes < needed) return needed;
  float *right_packed = floats_at(workspace, 0);
  float *left_packed = floats_at(workspace, right);
  for (size_t start = 0; start < k; start += BLOCK) {
    const size_t depth = least(BLOCK, k - start);
    const struct summation how = {depth, start > 0, 0, NULL};
    if (turns) {
      struct operand left = {b + start * n, n};
      if (is_transposed) {
        left.at = left_packed;
        for (size_t j = 0; j < n; j += TILE_ROWS) {
          pack_rows(left_packed + j * depth, b + j * k + start, k, least(TILE_ROWS, n - j), depth);
        }
      }
      for (size_t i = 0; i < m; i += PANEL_COLUMNS) {
        const size_t rows = least(PANEL_COLUMNS, m - i);
        pack_panel_transposed(right_packed, a + i * k + start, k, rows, vectors_of(rows), depth);
        multiply_turned(how, out, n, i, i + rows, left, is_transposed, panel_at(right_packed, 0, rows, depth));
      }
      continue;
    }
    for (size_t column = 0; column < n; column += PANEL_COLUMNS) {
      const size_t width = least(PANEL_COLUMNS, n - column);
      float *panel = right_packed + column * depth;
      if (is_transposed) {
        pack_panel_transposed(panel, b + column * k + start, k, width, vectors_of(width), depth);
      } else {
        pack_panel(panel, b + start * n + column, n, width, vectors_of(width), depth);
      }
    }
    const size_t step = rows_together(depth);
    for (size_t first = 0; first < m; first += step) {
      const size_t last = least(m, first + step);
      for (size_t i = first; i < last; i += TILE_ROWS) {
        pack_rows(left_packed + (i - first) * depth, a + i * k + start, k, least(TILE_ROWS, last - i), depth);
      }
      multiply_packed(how, out, n, first, last, left_packed, right_packed);
    }
  }
  return 0;
}

KERNEL size_t lockstep_matmul(float *out, const float *a, const float *b, size_t m, size_t k, size_t n,
                              char *workspace, size_t workspace_bytes) {
  return multiply(out, a, b, m, k, n, 0, workspace, workspace_bytes);
}

KERNEL size_t lockstep_matmul_transposed(float *out, const float *a, const float *b, size_t m, size_t k, size_t n,
                                         char *workspace, size_t workspace_bytes) {
  return multiply(out, a, b, m, k, n, 1, workspace, workspace_bytes);
}

KERNEL size_t lockstep_weight_gradient(float *out, const float *x, const float *a, size_t rows, size_t k, size_t n,
                                       size_t leaf_rows, size_t first, size_t last, char *workspace,
                                       size_t workspace_bytes) {
  const size_t stack_bytes = stack_floats((rows + leaf_rows - 1) / leaf_rows) * sizeof(float);
  const int turns = should_turn(last - first, n);
  const size_t right = turns ? right_bytes(PANEL_COLUMNS, rows) : right_bytes(n, rows);
  const size_t needed = stack_bytes + right + (turns ? 0 : left_bytes(last - first, rows));
  if (workspace_bytes < needed) return needed;
  const struct summation how = {rows, 0, leaf_rows, floats_at(workspace, 0)};
  float *right_packed = floats_at(workspace, stack_bytes);
  float *left_packed = floats_at(workspace, stack_bytes + right);
  if (turns) {
    for (size_t i = first; i < last; i += PANEL_COLUMNS) {
      const size_t width = least(PANEL_COLUMNS, last - i);
      struct operand panel = {x + i, k};
      if (width % LANES != 0) {
        pack_panel(right_packed, x + i, k, width, vectors_of(width), rows);
        panel = panel_at(right_packed, 0, width, rows);
      }
      multiply_turned(how, out, n, i, i + width, (struct operand){a, n}, 0, panel);
    }
    return 0;
  }
  for (size_t column = 0; column < n; column += PANEL_COLUMNS) {
    const size_t width = least(PANEL_COLUMNS, n - column);
    pack_panel(right_packed + column * rows, a + column, n, width, vectors_of(width), rows);
  }
  const size_t step = rows_together(rows);
  for (size_t start = first; start < last; start += step) {
    const size_t end = least(last, start + step);
    for (size_t i = start; i < end; i += TILE_ROWS) {
      pack_columns(left_packed + (i - start) * rows, x + i, k, least(TILE_ROWS, end - i), rows);
    }
    multiply_packed(how, out, n, start, end, left_packed, right_packed);
  }
  return 0;
}
