#include "tile.h"

typedef vector tile_sums[TILE_ROWS][TILE_VECTORS];

/*
 * A factor that multiplies the vectors of a row. With 512-bit vectors the multiplication itself can spread it from memory
 * to all lanes, which is free, while a separate instruction takes the place of an addition (AMD Zen 4). The compiler
 * prefers the separate one where a factor is used twice, so it is not told that both pointers are the same.
 */
#define FORGET(pointer) __asm__("" : "+r"(pointer))
#if LANES == 16
#define FACTOR(left, v) ((v) == 0 ? (left) : again)
#else
#define FACTOR(left, v) (left)
#endif

/** Adds `depth` products, in ascending order, to each sum of the tile. */
INLINE void add_products(const size_t rows, const size_t vectors, tile_sums sums, struct operand left,
                         struct operand right, size_t depth) {
  const float *again = left.at;
  for (size_t p = 0; p < depth; p++) {
    if (LANES == 16) FORGET(again);
    vector factors[TILE_VECTORS];
    UNROLL
    for (size_t v = 0; v < vectors; v++) factors[v] = load(right.at + v * LANES);
    UNROLL
    for (size_t i = 0; i < rows; i++) {
      UNROLL
      for (size_t v = 0; v < vectors; v++) sums[i][v] = sums[i][v] + FACTOR(left.at, v)[i] * factors[v];
    }
    left.at += left.step;
    again += left.step;
    right.at += right.step;
  }
}

INLINE void clear(const size_t rows, const size_t vectors, tile_sums sums) {
  UNROLL
  for (size_t i = 0; i < rows; i++) {
    UNROLL
    for (size_t v = 0; v < vectors; v++) sums[i][v] = (vector){0};
  }
}

/** Writes the sums, or adds to each what lies where it goes. */
INLINE void deliver(const size_t rows, const size_t vectors, tile_sums sums, struct tile_target target, int adds) {
  const size_t last = target.columns - (vectors - 1) * LANES;
  UNROLL
  for (size_t i = 0; i < rows; i++) {
    float *out = target.out + i * target.stride;
    UNROLL
    for (size_t v = 0; v < vectors; v++) {
      if (v + 1 < vectors || last == LANES) {
        store(out + v * LANES, adds ? sums[i][v] + load(out + v * LANES) : sums[i][v]);
      } else {
        store_part(out + v * LANES, adds ? sums[i][v] + load_part(out + v * LANES, last) : sums[i][v], last);
      }
    }
  }
}

/** Asks for the cache lines of the result, which will be written when the sums are done. */
INLINE void prefetch(const size_t rows, const size_t vectors, struct tile_target target) {
  UNROLL
  for (size_t i = 0; i < rows; i++) {
    UNROLL
    for (size_t v = 0; v < vectors * LANES; v += 16) __builtin_prefetch(target.out + i * target.stride + v, 1);
  }
}

INLINE void product(const size_t rows, const size_t vectors, struct tile_target target, struct operand left,
                    struct operand right, size_t depth, int adds) {
  tile_sums sums;
  prefetch(rows, vectors, target);
  clear(rows, vectors, sums);
  add_products(rows, vectors, sums, left, right, depth);
  deliver(rows, vectors, sums, target, adds);
}

/** sums = (the tile that lies at `saved`) + sums: the left part of a node plus its right part. */
INLINE void add_saved(const size_t rows, const size_t vectors, tile_sums sums, const float *saved) {
  UNROLL
  for (size_t i = 0; i < rows; i++) {
    UNROLL
    for (size_t v = 0; v < vectors; v++) sums[i][v] = load(saved + (i * vectors + v) * LANES) + sums[i][v];
  }
}

INLINE void save(const size_t rows, const size_t vectors, tile_sums sums, float *saved) {
  UNROLL
  for (size_t i = 0; i < rows; i++) {
    UNROLL
    for (size_t v = 0; v < vectors; v++) store(saved + (i * vectors + v) * LANES, sums[i][v]);
  }
}

/*
 * The stack holds a finished node of 2^level leaves where bit `level` of the number of leaves done is set, so a new leaf
 * is carried upwards as adding 1 to that number carries. The last leaf takes in all that is left, the smaller node first:
 * that is the tree whose every node splits at the largest power of two below its leaves.
 */
INLINE void tree(const size_t rows, const size_t vectors, struct tile_target target, struct operand left,
                 struct operand right, size_t depth, size_t leaf_rows, float *stack) {
  const size_t tile = rows * vectors * LANES;
  tile_sums sums;
  size_t done = 0;
  prefetch(rows, vectors, target);
  for (;;) {
    const size_t count = least(leaf_rows, depth);
    clear(rows, vectors, sums);
    add_products(rows, vectors, sums, left, right, count);
    left.at += count * left.step;
    right.at += count * right.step;
    depth -= count;
    if (depth == 0) break;
    float *saved = stack;
    for (size_t nodes = done; nodes & 1; nodes >>= 1) {
      add_saved(rows, vectors, sums, saved);
      saved += tile;
    }
    FORGET(saved);
    save(rows, vectors, sums, saved);
    done++;
  }
  for (size_t level = 0; done >> level; level++) {
    if ((done >> level) & 1) add_saved(rows, vectors, sums, stack + level * tile);
  }
  deliver(rows, vectors, sums, target, 0);
}

#define DEFINE(rows, vectors)                                                                                    \
  static void product_##rows##x##vectors(struct tile_target target, struct operand left, struct operand right,   \
                                         size_t depth, int adds) {                                               \
    product(rows, vectors, target, left, right, depth, adds);                                                    \
  }                                                                                                              \
  static void tree_##rows##x##vectors(struct tile_target target, struct operand left, struct operand right,      \
                                      size_t depth, size_t leaf_rows, float *stack) {                            \
    tree(rows, vectors, target, left, right, depth, leaf_rows, stack);                                           \
  }
#define EACH_ROW_COUNT_TO_6(USE, vectors) \
  USE(1, vectors) USE(2, vectors) USE(3, vectors) USE(4, vectors) USE(5, vectors) USE(6, vectors)
#if TILE_ROWS == 12
#define EACH_ROW_COUNT(USE, vectors)                                                                             \
  EACH_ROW_COUNT_TO_6(USE, vectors)                                                                              \
  USE(7, vectors) USE(8, vectors) USE(9, vectors) USE(10, vectors) USE(11, vectors) USE(12, vectors)
#elif TILE_ROWS == 8
#define EACH_ROW_COUNT(USE, vectors) EACH_ROW_COUNT_TO_6(USE, vectors) USE(7, vectors) USE(8, vectors)
#else
#define EACH_ROW_COUNT(USE, vectors) EACH_ROW_COUNT_TO_6(USE, vectors)
#endif

EACH_ROW_COUNT(DEFINE, 1)
EACH_ROW_COUNT(DEFINE, 2)

#define PRODUCT_NAME(rows, vectors) product_##rows##x##vectors,
#define TREE_NAME(rows, vectors) tree_##rows##x##vectors,

product_tile *product_tile_of(size_t rows, size_t vectors) {
  static product_tile *const tiles[TILE_VECTORS][TILE_ROWS] = {{EACH_ROW_COUNT(PRODUCT_NAME, 1)},
                                                               {EACH_ROW_COUNT(PRODUCT_NAME, 2)}};
  return tiles[vectors - 1][rows - 1];
}

tree_tile *tree_tile_of(size_t rows, size_t vectors) {
  static tree_tile *const tiles[TILE_VECTORS][TILE_ROWS] = {{EACH_ROW_COUNT(TREE_NAME, 1)},
                                                            {EACH_ROW_COUNT(TREE_NAME, 2)}};
  return tiles[vectors - 1][rows - 1];
}
