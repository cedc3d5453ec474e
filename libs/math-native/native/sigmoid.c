/*
 * The contract's sigmoid, the operations of libs/math/src/reference/functions.ts in their order, on whole vectors; the last
 * vector of a row is padded with zeros.
 */
#include "target.h"

#define LARGEST_ARGUMENT 89.0f
#define SMALLEST_ARGUMENT -104.0f
#define ROUNDING_SHIFT 12582912.0f
#define ROUNDING_SHIFT_BITS 0x4b400000

/** Vectors that are worked on in turn. */
#define SIDE_BY_SIDE 4

INLINE vector of_bits(uint32_t bits) { return (vector)splat_word(bits); }

/** 2^n for -126 <= n <= 127, from its exponent bits. */
INLINE vector power_of_two(integers n) { return (vector)((words)(n + 127) << 23); }

/* What follows is done to several vectors in turn, line by line: each waits long for its own results, but not for the others'. */
#define EACH UNROLL for (size_t u = 0; u < SIDE_BY_SIDE; u++)

/** x = e^x. */
INLINE void exponentials(vector x[SIDE_BY_SIDE]) {
  vector high[SIDE_BY_SIDE], low[SIDE_BY_SIDE], r[SIDE_BY_SIDE], polynomial[SIDE_BY_SIDE];
  integers n[SIDE_BY_SIDE];

  EACH x[u] = choose(x[u] > LARGEST_ARGUMENT, splat(LARGEST_ARGUMENT), x[u]);
  EACH x[u] = choose(x[u] < SMALLEST_ARGUMENT, splat(SMALLEST_ARGUMENT), x[u]);

  EACH {
    const vector shifted = x[u] * of_bits(0x3fb8aa3b) + ROUNDING_SHIFT;
    const vector whole = shifted - ROUNDING_SHIFT;
    n[u] = (integers)shifted - ROUNDING_SHIFT_BITS;
    high[u] = x[u] - whole * of_bits(0x3f317200);
    low[u] = whole * of_bits(0x35bfbe8e);
  }
  EACH r[u] = high[u] - low[u];

  EACH polynomial[u] = of_bits(0x3ab56359) * r[u] + of_bits(0x3c091ef0);
  EACH polynomial[u] = polynomial[u] * r[u] + of_bits(0x3d2aac2c);
  EACH polynomial[u] = polynomial[u] * r[u] + of_bits(0x3e2aaa46);
  EACH polynomial[u] = polynomial[u] * r[u] + of_bits(0x3efffffe);

  /* 1 + high + tail_less_low: what the first two roundings cost is known exactly and put back. */
  EACH {
    const vector tail_less_low = (r[u] * r[u]) * polynomial[u] - low[u];
    const vector fraction = high[u] + tail_less_low;
    const vector fraction_lost = tail_less_low - (fraction - high[u]);
    const vector rough = 1 + fraction;
    const vector rough_lost = fraction - (rough - 1);
    x[u] = rough + (rough_lost + fraction_lost);
  }

  /* Two steps, since 2^128 and 2^-150 are not float32 values; the first is exact. */
  EACH {
    const integers first_half = n[u] >> 1;
    const integers second_half = n[u] - first_half;
    x[u] = (x[u] * power_of_two(first_half)) * power_of_two(second_half);
  }
}

/** x = sigmoid(x). */
INLINE void sigmoids(vector x[SIDE_BY_SIDE]) {
  integers is_positive[SIDE_BY_SIDE];
  vector e[SIDE_BY_SIDE];
  EACH is_positive[u] = x[u] >= 0;
  EACH e[u] = choose(is_positive[u], -x[u], x[u]);
  exponentials(e);
  /* The quotient is taken in float64 and rounded once. */
  EACH {
    const vector numerator = choose(is_positive[u], splat(1), e[u]);
    x[u] = narrowed(low_doubles(numerator) / (1 + low_doubles(e[u])), high_doubles(numerator) / (1 + high_doubles(e[u])));
  }
}

/** out = sigmoid(y), or sigmoid(y + bias) where there is one. */
INLINE void sigmoid_row(float *out, const float *y, const float *bias, size_t count) {
  vector x[SIDE_BY_SIDE];
  size_t i = 0;
  for (; i + SIDE_BY_SIDE * LANES <= count; i += SIDE_BY_SIDE * LANES) {
    EACH x[u] = load(y + i + u * LANES);
    if (bias != NULL) {
      EACH x[u] = x[u] + load(bias + i + u * LANES);
    }
    sigmoids(x);
    EACH store(out + i + u * LANES, x[u]);
  }
  if (i == count) return;
  /* What is left, padded with zeros. */
  EACH {
    const size_t start = least(count, i + u * LANES);
    x[u] = load_up_to(y + start, least(LANES, count - start));
    if (bias != NULL) x[u] = x[u] + load_up_to(bias + start, least(LANES, count - start));
  }
  sigmoids(x);
  EACH {
    const size_t start = least(count, i + u * LANES);
    store_up_to(out + start, x[u], least(LANES, count - start));
  }
}

KERNEL void lockstep_sigmoid(float *out, const float *y, size_t count) { sigmoid_row(out, y, NULL, count); }

/** z[r,j] = sigmoid(z[r,j] + bias[j]). */
KERNEL void lockstep_add_bias_sigmoid(float *z, const float *bias, size_t rows, size_t n) {
  for (size_t row = 0; row < rows; row++) sigmoid_row(z + row * n, z + row * n, bias, n);
}
