/* Kernels of one element each that compute nothing: what computes is in operations.generated.c. */
#include "target.h"

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
