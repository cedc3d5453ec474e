#include "pack.h"

#include "transpose.h"

/** `count` rows of LANES elements as the vectors of a square; missing rows are zeros. */
INLINE void load_square(vector square[LANES], const float *source, size_t stride, size_t count) {
  if (count == LANES) {
    UNROLL
    for (size_t i = 0; i < LANES; i++) square[i] = load(source + i * stride);
  } else {
    UNROLL
    for (size_t i = 0; i < LANES; i++) square[i] = i < count ? load(source + i * stride) : (vector){0};
  }
}

/** LANES elements of each of `count` rows, transposed: element p of them at packed[p * step], in whole vectors. */
INLINE void pack_square(float *packed, size_t step, const float *source, size_t stride, size_t count) {
  vector square[LANES];
  load_square(square, source, stride, count);
  transpose(square);
  UNROLL
  for (size_t p = 0; p < LANES; p++) store(packed + p * step, square[p]);
}

void pack_rows(float *packed, const float *source, size_t stride, size_t width, size_t depth) {
  size_t p = 0;
  for (; p + LANES <= depth; p += LANES) {
    /* A vector is written where fewer elements belong: its rest is overwritten by what is written later. */
    for (size_t i = (width - 1) / LANES * LANES;; i -= LANES) {
      pack_square(packed + p * width + i, width, source + i * stride + p, stride, least(LANES, width - i));
      if (i == 0) break;
    }
  }
  for (; p < depth; p++) {
    for (size_t i = 0; i < width; i++) packed[p * width + i] = source[i * stride + p];
  }
}

void pack_columns(float *packed, const float *source, size_t stride, size_t width, size_t depth) {
  for (size_t p = 0; p < depth; p++) memcpy(packed + p * width, source + p * stride, width * sizeof(float));
}

void pack_panel_transposed(float *packed, const float *source, size_t stride, size_t columns, size_t vectors,
                           size_t depth) {
  const size_t width = vectors * LANES;
  size_t p = 0;
  for (; p + LANES <= depth; p += LANES) {
    for (size_t v = 0; v < vectors; v++) {
      pack_square(packed + p * width + v * LANES, width, source + v * LANES * stride + p, stride,
                  least(LANES, columns - v * LANES));
    }
  }
  for (; p < depth; p++) {
    for (size_t j = 0; j < width; j++) packed[p * width + j] = j < columns ? source[j * stride + p] : 0;
  }
}

void pack_panel(float *packed, const float *source, size_t stride, size_t columns, size_t vectors, size_t depth) {
  const size_t whole = columns / LANES;
  const size_t rest = columns % LANES;
  for (size_t p = 0; p < depth; p++) {
    for (size_t v = 0; v < whole; v++) store(packed + v * LANES, load(source + v * LANES));
    if (rest > 0) store(packed + whole * LANES, load_part(source + whole * LANES, rest));
    packed += vectors * LANES;
    source += stride;
  }
}
