/* Sums along a row: 16 interleaved lanes, joined up the contract's fixed tree (section 4). */
#include "target.h"

#define ROW_LANES 16
#define ROW_VECTORS (ROW_LANES / LANES)
#define EACH_VECTOR UNROLL for (size_t v = 0; v < ROW_VECTORS; v++)

/** Vector v of what is left of a row, +0 past its end, which adds nothing. */
INLINE vector load_left(const float *row, size_t v, size_t left) {
  const size_t start = v * LANES;
  if (start + LANES <= left) return load(row + start);
  return start < left ? load_part(row + start, left - start) : (vector){0};
}

/** Joins the lanes: neighbours first, since a node of 16 is its lower half plus its upper one. */
INLINE float joined(const vector *sums) {
  float lanes[ROW_LANES];
  EACH_VECTOR store(lanes + v * LANES, sums[v]);
  for (size_t apart = 1; apart < ROW_LANES; apart *= 2) {
    for (size_t lane = 0; lane < ROW_LANES; lane += 2 * apart) lanes[lane] = lanes[lane] + lanes[lane + apart];
  }
  return lanes[0];
}

/** out[r] = the lane sum of x[r,j]. */
KERNEL void lockstep_row_sums(float *out, const float *x, size_t rows, size_t n) {
  for (size_t row = 0; row < rows; row++, x += n) {
    vector sums[ROW_VECTORS] = {{0}};
    size_t j = 0;
    for (; j + ROW_LANES <= n; j += ROW_LANES) {
      EACH_VECTOR sums[v] = sums[v] + load(x + j + v * LANES);
    }
    EACH_VECTOR sums[v] = sums[v] + load_left(x + j, v, n - j);
    out[row] = joined(sums);
  }
}

/** out[r] = the lane sum of a[r,j] * b[r,j]. */
KERNEL void lockstep_row_dots(float *out, const float *a, const float *b, size_t rows, size_t n) {
  for (size_t row = 0; row < rows; row++, a += n, b += n) {
    vector sums[ROW_VECTORS] = {{0}};
    size_t j = 0;
    for (; j + ROW_LANES <= n; j += ROW_LANES) {
      EACH_VECTOR sums[v] = sums[v] + load(a + j + v * LANES) * load(b + j + v * LANES);
    }
    EACH_VECTOR sums[v] = sums[v] + load_left(a + j, v, n - j) * load_left(b + j, v, n - j);
    out[row] = joined(sums);
  }
}

/** out[r] = x[r,0], replaced by each x[r,j] above what is there; n > 0. */
KERNEL void lockstep_row_maxima(float *out, const float *x, size_t rows, size_t n) {
  for (size_t row = 0; row < rows; row++, x += n) {
    float most = x[0];
    for (size_t j = 1; j < n; j++) most = x[j] > most ? x[j] : most;
    out[row] = most;
  }
}
