/* What this processor can run. Asked of the library for every machine of the architecture, before another is chosen. */
#include "target.h"

/** The names of `lockstep_features`' bits are in src/variants.ts. */
#define HAS_AVX2 1
#define HAS_AVX512 2

KERNEL int lockstep_features(void) {
  int features = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) features |= HAS_AVX2;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw")) {
    features |= HAS_AVX512;
  }
#endif
  return features;
}
