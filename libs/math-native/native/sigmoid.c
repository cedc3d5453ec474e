/*
 * The contract's sigmoid, the operations of libs/math/src/reference/functions.ts in their order, on whole vectors; the last
 * vector of a row is padded with zeros.
 */
#include "target.h"

/** Half a vector of float32, and as many float64. */
typedef float half_vector __attribute__((vector_size(VECTOR_BYTES / 2)));
typedef double doubles __attribute__((vector_size(VECTOR_BYTES)));

#define LARGEST_ARGUMENT 89.0f
#define SMALLEST_ARGUMENT -104.0f
#define ROUNDING_SHIFT 12582912.0f
#define ROUNDING_SHIFT_BITS 0x4b400000

INLINE vector of_bits(uint32_t bits) { return (vector)splat_word(bits); }

/** 2^n for -126 <= n <= 127, from its exponent bits. */
INLINE vector power_of_two(integers n) { return (vector)((words)(n + 127) << 23); }

INLINE vector exponential(vector x) {
  const vector below_largest = choose(x > LARGEST_ARGUMENT, splat(LARGEST_ARGUMENT), x);
  const vector argument = choose(below_largest < SMALLEST_ARGUMENT, splat(SMALLEST_ARGUMENT), below_largest);

  const vector scaled = argument * of_bits(0x3fb8aa3b);
  const vector shifted = scaled + ROUNDING_SHIFT;
  const vector whole = shifted - ROUNDING_SHIFT;
  const integers n = (integers)shifted - ROUNDING_SHIFT_BITS;

  const vector high = argument - whole * of_bits(0x3f317200);
  const vector low = whole * of_bits(0x35bfbe8e);
  const vector r = high - low;

  vector polynomial = of_bits(0x3ab56359);
  polynomial = polynomial * r + of_bits(0x3c091ef0);
  polynomial = polynomial * r + of_bits(0x3d2aac2c);
  polynomial = polynomial * r + of_bits(0x3e2aaa46);
  polynomial = polynomial * r + of_bits(0x3efffffe);

  const vector tail = (r * r) * polynomial;
  const vector tail_less_low = tail - low;

  /* mantissa = 1 + high + tail_less_low: what the first two roundings cost is known exactly and put back. */
  const vector fraction = high + tail_less_low;
  const vector high_kept = fraction - high;
  const vector fraction_lost = tail_less_low - high_kept;
  const vector rough = 1 + fraction;
  const vector fraction_kept = rough - 1;
  const vector rough_lost = fraction - fraction_kept;
  const vector lost = rough_lost + fraction_lost;
  const vector mantissa = rough + lost;

  /* Two steps, since 2^128 and 2^-150 are not float32 values; the first is exact. */
  const integers first_half = n >> 1;
  const integers second_half = n - first_half;
  return (mantissa * power_of_two(first_half)) * power_of_two(second_half);
}

/** numerator / (1 + e), in float64 and rounded once. */
INLINE half_vector half_quotient(half_vector numerator, half_vector e) {
  const doubles denominator = 1 + __builtin_convertvector(e, doubles);
  return __builtin_convertvector(__builtin_convertvector(numerator, doubles) / denominator, half_vector);
}

INLINE vector sigmoid(vector x) {
  const integers is_positive = x >= 0;
  const vector e = exponential(choose(is_positive, -x, x));
  const vector numerator = choose(is_positive, splat(1), e);
  half_vector numerators[2], es[2], results[2];
  memcpy(numerators, &numerator, sizeof numerator);
  memcpy(es, &e, sizeof e);
  results[0] = half_quotient(numerators[0], es[0]);
  results[1] = half_quotient(numerators[1], es[1]);
  vector result;
  memcpy(&result, results, sizeof result);
  return result;
}

KERNEL void lockstep_sigmoid(float *out, const float *y, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) store(out + i, sigmoid(load(y + i)));
  if (i < count) store_part(out + i, sigmoid(load_part(y + i, count - i)), count - i);
}

/** z[r,j] = sigmoid(z[r,j] + bias[j]). */
KERNEL void lockstep_add_bias_sigmoid(float *z, const float *bias, size_t rows, size_t n) {
  const size_t rest = n % LANES;
  for (size_t row = 0; row < rows; row++, z += n) {
    size_t j = 0;
    for (; j + LANES <= n; j += LANES) store(z + j, sigmoid(load(z + j) + load(bias + j)));
    if (rest > 0) store_part(z + j, sigmoid(load_part(z + j, rest) + load_part(bias + j, rest)), rest);
  }
}
