/*
 * Kernels that compute each element on its own. `out` may be any of the inputs: an element is read before it is written.
 * Every one is a body of whole vectors and a tail of single elements, with the same operations.
 */
#include "target.h"

/** Defines a kernel out[i] = `expression` of the element i of its inputs a and b. */
#define BINARY(name, expression)                                                                   \
  KERNEL void lockstep_##name(float *out, const float *first, const float *second, size_t count) { \
    size_t i = 0;                                                                                  \
    for (; i + LANES <= count; i += LANES) {                                                       \
      const vector a = load(first + i), b = load(second + i);                                      \
      store(out + i, expression);                                                                  \
    }                                                                                              \
    for (; i < count; i++) {                                                                       \
      const float a = first[i], b = second[i];                                                     \
      out[i] = expression;                                                                         \
    }                                                                                              \
  }

BINARY(add, a + b)
BINARY(subtract, a - b)
/** a = dloss/dZ, b = Z = sigmoid(Y). */
BINARY(sigmoid_backward, a * (b * (1 - b)))

/** Defines a kernel out[i] = `expression` of the element a of its input and of one float32. */
#define WITH_SCALAR(name, expression)                                                          \
  KERNEL void lockstep_##name(float *out, const float *first, float scalar, size_t count) {    \
    size_t i = 0;                                                                              \
    for (; i + LANES <= count; i += LANES) {                                                   \
      const vector a = load(first + i);                                                        \
      store(out + i, expression);                                                              \
    }                                                                                          \
    for (; i < count; i++) {                                                                   \
      const float a = first[i];                                                                \
      out[i] = expression;                                                                     \
    }                                                                                          \
  }

WITH_SCALAR(scale, a * scalar)
WITH_SCALAR(divide, a / scalar)

/** y[i] = y[i] + alpha * x[i]. */
KERNEL void lockstep_axpy(float *y, float alpha, const float *x, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) store(y + i, load(y + i) + alpha * load(x + i));
  for (; i < count; i++) y[i] = y[i] + alpha * x[i];
}

/** y[r,j] = y[r,j] + bias[j]. */
KERNEL void lockstep_add_bias(float *y, const float *bias, size_t rows, size_t n) {
  for (size_t row = 0; row < rows; row++, y += n) {
    size_t j = 0;
    for (; j + LANES <= n; j += LANES) store(y + j, load(y + j) + load(bias + j));
    for (; j < n; j++) y[j] = y[j] + bias[j];
  }
}

/** out[i] = weights[i] - learning_rate * (gradient_sum[i] / divisor); returns 1 when every out[i] is finite, else 0. */
KERNEL int lockstep_sgd(float *out, const float *weights, const float *gradient_sum, float divisor, float learning_rate,
                        size_t count) {
  words odd = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    const vector gradient = load(gradient_sum + i) / divisor;
    const vector result = load(weights + i) - learning_rate * gradient;
    store(out + i, result);
    odd |= not_finite((words)result);
  }
  uint32_t any_odd = 0;
  for (; i < count; i++) {
    const float gradient = gradient_sum[i] / divisor;
    const float result = weights[i] - learning_rate * gradient;
    out[i] = result;
    any_odd |= is_not_finite(word_of(result));
  }
  return (any_odd | any_lane(odd)) == 0;
}

/** Elements looked at between two decisions whether to go on. */
#define CHUNK 4096

KERNEL int lockstep_is_finite(const float *x, size_t count) {
  size_t i = 0;
  while (i < count) {
    const size_t end = least(count, i + CHUNK);
    words odd = {0};
    uint32_t any_odd = 0;
    for (; i + LANES <= end; i += LANES) odd |= not_finite(load_words(x + i));
    for (; i < end; i++) any_odd |= is_not_finite(word_of(x[i]));
    if (any_odd | any_lane(odd)) return 0;
  }
  return 1;
}

/** out[i] = table[bytes[i]]. */
KERNEL void lockstep_lookup(float *out, const uint8_t *bytes, const float *table, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = table[bytes[i]];
}
