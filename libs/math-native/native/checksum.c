/* The rounds of `checksumOf` in libs/math/src/checksum.ts: word i goes to lane i % CHECKSUM_LANES. */
#include "target.h"

#define CHECKSUM_LANES 64
#define VECTORS (CHECKSUM_LANES / LANES)

#define PRIME_1 0x9e3779b1u
#define PRIME_2 0x85ebca77u

/** One step of a lane, on a vector of lanes or on one. */
#define ROTATED(x) (((x) << 13) | ((x) >> 19))
#define ROUND(lane, word) (ROTATED((lane) + (word) * PRIME_2) * PRIME_1)

/** Takes the `count` words of x into `lanes`; returns 1 when every element is finite, else 0. */
KERNEL int lockstep_checksum(uint32_t *lanes, const float *x, size_t count) {
  words state[VECTORS];
  memcpy(state, lanes, sizeof state);
  words odd = {0};
  uint32_t any_odd = 0;
  size_t i = 0;
  for (; i + CHECKSUM_LANES <= count; i += CHECKSUM_LANES) {
    UNROLL
    for (size_t v = 0; v < VECTORS; v++) {
      const words word = load_words(x + i + v * LANES);
      state[v] = ROUND(state[v], word);
      odd |= not_finite(word);
    }
  }
  memcpy(lanes, state, sizeof state);
  for (size_t lane = 0; i < count; i++, lane++) {
    const uint32_t word = word_of(x[i]);
    lanes[lane] = ROUND(lanes[lane], word);
    any_odd |= is_not_finite(word);
  }
  return (any_odd | any_lane(odd)) == 0;
}
