/* Sums over samples: leaves of rows, joined up the contract's fixed tree (section 3). */
#include "target.h"

/** Enough for a node of every size_t power of two of leaves. */
#define LEVELS 64

/** Vectors of columns that are summed at once. */
#define STRIP 4

struct strip {
  vector sums[STRIP];
};

/** Element j of the strip's vector v, or +0 past the `columns` that there are. */
INLINE vector load_strip(const float *row, size_t v, size_t columns) {
  const size_t start = v * LANES;
  if (start + LANES <= columns) return load(row + start);
  return start < columns ? load_part(row + start, columns - start) : (vector){0};
}

/**
 * out[columns] for up to STRIP * LANES columns. `stack[level]` holds a finished node of 2^level leaves where that bit of
 * the number of leaves done is set; a new leaf is carried upwards as adding 1 carries, and the last one takes in the rest.
 */
static void sum_strip(float *out, const float *a, size_t rows, size_t stride, size_t columns, size_t leaf_rows,
                      struct strip *stack) {
  size_t done = 0;
  struct strip node;
  for (size_t row = 0;;) {
    const size_t end = least(rows, row + leaf_rows);
    for (size_t v = 0; v < STRIP; v++) node.sums[v] = (vector){0};
    for (; row < end; row++) {
      UNROLL
      for (size_t v = 0; v < STRIP; v++) node.sums[v] = node.sums[v] + load_strip(a + row * stride, v, columns);
    }
    if (row == rows) break;
    size_t level = 0;
    for (; (done >> level) & 1; level++) {
      for (size_t v = 0; v < STRIP; v++) node.sums[v] = stack[level].sums[v] + node.sums[v];
    }
    stack[level] = node;
    done++;
  }
  for (size_t level = 0; done >> level; level++) {
    if (((done >> level) & 1) == 0) continue;
    for (size_t v = 0; v < STRIP; v++) node.sums[v] = stack[level].sums[v] + node.sums[v];
  }
  for (size_t v = 0; v * LANES < columns; v++) {
    const size_t rest = columns - v * LANES;
    if (rest >= LANES) store(out + v * LANES, node.sums[v]);
    else store_part(out + v * LANES, node.sums[v], rest);
  }
}

/** out[n] = the tree sum over leaves of the rows of a[rows,n]; `rows` > 0. */
KERNEL void lockstep_bias_gradient(float *out, const float *a, size_t rows, size_t n, size_t leaf_rows) {
  struct strip stack[LEVELS];
  for (size_t j = 0; j < n; j += STRIP * LANES) {
    sum_strip(out + j, a + j, rows, n, least(STRIP * LANES, n - j), leaf_rows, stack);
  }
}

/** The loss of a row, outputs ascending. */
INLINE double row_loss(const float *error, size_t n) {
  double loss = 0;
  for (size_t j = 0; j < n; j++) {
    const double d = (double)error[j];
    loss = loss + (d * d) / 2;
  }
  return loss;
}

/** The float64 tree sum over leaves of the losses of the rows of error[rows,n]; `rows` > 0. */
KERNEL double lockstep_squared_error_sum(const float *error, size_t rows, size_t n, size_t leaf_rows) {
  double stack[LEVELS];
  size_t done = 0;
  double node;
  for (size_t row = 0;;) {
    const size_t end = least(rows, row + leaf_rows);
    node = 0;
    for (; row < end; row++) node = node + row_loss(error + row * n, n);
    if (row == rows) break;
    size_t level = 0;
    for (; (done >> level) & 1; level++) node = stack[level] + node;
    stack[level] = node;
    done++;
  }
  for (size_t level = 0; done >> level; level++) {
    if ((done >> level) & 1) node = stack[level] + node;
  }
  return node;
}
