/*
 * What the kernels take from the processor: one vector type, as wide as the instruction set that this file is compiled
 * for, and its loads and stores. The same sources are compiled once for each instruction set.
 *
 * Contract exact-1: every + - * / below is one rounded float32 (or float64) operation; nothing is fused or reordered.
 */
#ifndef LOCKSTEP_TARGET_H
#define LOCKSTEP_TARGET_H

#include <float.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "the kernels are for x86-64 and aarch64: elsewhere operations may be rounded otherwise"
#endif
#if FLT_EVAL_METHOD != 0
#error "float32 operations must be rounded to float32"
#endif
#if defined(__FAST_MATH__) || __FINITE_MATH_ONLY__
#error "-ffast-math changes bits"
#endif
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "tensors are little-endian"
#endif

#if defined(__aarch64__)
#include <arm_neon.h>
#define LANES 4
#else
#include <immintrin.h>
#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif
#endif

#define VECTOR_BYTES (4 * LANES)

/** A vector of float32, and the same bits as integers. */
typedef float vector __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t integers __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t words __attribute__((vector_size(VECTOR_BYTES)));

/** The same in memory, at any address that float32 may have. */
typedef float loose_vector __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef uint32_t loose_words __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));

/** A function that JavaScript calls; the others stay inside the library. */
#define KERNEL __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

/** Unrolls the loop that follows, whose count is a constant, so that arrays of vectors become registers. */
#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

INLINE vector load(const float *address) { return *(const loose_vector *)address; }
INLINE void store(float *address, vector value) { *(loose_vector *)address = value; }
INLINE words load_words(const float *address) { return *(const loose_words *)address; }

/** All lanes equal. */
INLINE vector splat(float value) { return value - (vector){0}; }
INLINE words splat_word(uint32_t value) { return value - (words){0}; }

/** Lane by lane: a < b ? yes : no, and a <= b ? yes : no; false where one is a NaN. */
#if LANES == 16
#define CHOOSE(a, b, yes, no, comparison, predicate) \
  ((vector)_mm512_mask_blend_ps(_mm512_cmp_ps_mask((__m512)(a), (__m512)(b), predicate), (__m512)(no), (__m512)(yes)))
#elif LANES == 8
#define CHOOSE(a, b, yes, no, comparison, predicate) \
  ((vector)_mm256_blendv_ps((__m256)(no), (__m256)(yes), _mm256_cmp_ps((__m256)(a), (__m256)(b), predicate)))
#else
#define CHOOSE(a, b, yes, no, comparison, predicate) choose((a)comparison(b), yes, no)
INLINE vector choose(integers mask, vector yes, vector no) {
  return (vector)(((integers)yes & mask) | ((integers)no & ~mask));
}
#endif
INLINE vector choose_if_less(vector a, vector b, vector yes, vector no) { return CHOOSE(a, b, yes, no, <, _CMP_LT_OQ); }
INLINE vector choose_if_at_most(vector a, vector b, vector yes, vector no) {
  return CHOOSE(a, b, yes, no, <=, _CMP_LE_OQ);
}

/** Lane by lane |x|. */
INLINE vector magnitude(vector x) { return (vector)((words)x & splat_word(0x7fffffffu)); }

/** Lane by lane the square root. */
#if LANES == 16
INLINE vector roots(vector x) { return (vector)_mm512_sqrt_ps((__m512)x); }
#elif LANES == 8
INLINE vector roots(vector x) { return (vector)_mm256_sqrt_ps((__m256)x); }
#elif defined(__x86_64__)
INLINE vector roots(vector x) { return (vector)_mm_sqrt_ps((__m128)x); }
#else
INLINE vector roots(vector x) { return (vector)vsqrtq_f32((float32x4_t)x); }
#endif

/** The first `count` < LANES elements, +0 in the other lanes; reads nothing else. */
INLINE vector load_part(const float *address, size_t count) {
#if defined(__AVX512F__)
  return (vector)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), address);
#else
  float lanes[LANES] = {0};
  for (size_t lane = 0; lane < count; lane++) lanes[lane] = address[lane];
  return load(lanes);
#endif
}

/** Writes the first `count` < LANES elements and nothing else. */
INLINE void store_part(float *address, vector value, size_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(address, (__mmask16)((1u << count) - 1), (__m512)value);
#else
  float lanes[LANES];
  store(lanes, value);
  for (size_t lane = 0; lane < count; lane++) address[lane] = lanes[lane];
#endif
}

/** The same for `count` up to LANES. */
INLINE vector load_up_to(const float *address, size_t count) {
  return count == LANES ? load(address) : load_part(address, count);
}
INLINE void store_up_to(float *address, vector value, size_t count) {
  if (count == LANES) store(address, value);
  else store_part(address, value, count);
}

#define EXPONENT_BITS 0x7f800000u

/** All ones in the lanes whose number is a NaN or an infinity, decided on integers; zeros elsewhere. */
INLINE words not_finite(words bits) { return (words)((bits & EXPONENT_BITS) == EXPONENT_BITS); }
INLINE uint32_t word_of(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  return word;
}
INLINE uint32_t is_not_finite(uint32_t word) { return (word & EXPONENT_BITS) == EXPONENT_BITS; }
INLINE uint32_t any_lane(words mask) {
  uint32_t any = 0;
  for (size_t lane = 0; lane < LANES; lane++) any |= mask[lane];
  return any;
}

/** As many float64 as fit a vector: half as many as it has lanes. */
typedef double doubles __attribute__((vector_size(VECTOR_BYTES)));

/** The lower and the upper lanes as float64; and such two, rounded, as one vector. */
#if LANES == 16
INLINE doubles low_doubles(vector x) { return (doubles)_mm512_cvtps_pd(_mm512_castps512_ps256((__m512)x)); }
INLINE doubles high_doubles(vector x) { return (doubles)_mm512_cvtps_pd(_mm512_extractf32x8_ps((__m512)x, 1)); }
INLINE vector narrowed(doubles low, doubles high) {
  const __m512 lower = _mm512_castps256_ps512(_mm512_cvtpd_ps((__m512d)low));
  return (vector)_mm512_insertf32x8(lower, _mm512_cvtpd_ps((__m512d)high), 1);
}
#elif LANES == 8
INLINE doubles low_doubles(vector x) { return (doubles)_mm256_cvtps_pd(_mm256_castps256_ps128((__m256)x)); }
INLINE doubles high_doubles(vector x) { return (doubles)_mm256_cvtps_pd(_mm256_extractf128_ps((__m256)x, 1)); }
INLINE vector narrowed(doubles low, doubles high) {
  return (vector)_mm256_set_m128(_mm256_cvtpd_ps((__m256d)high), _mm256_cvtpd_ps((__m256d)low));
}
#elif defined(__x86_64__)
INLINE doubles low_doubles(vector x) { return (doubles)_mm_cvtps_pd((__m128)x); }
INLINE doubles high_doubles(vector x) { return (doubles)_mm_cvtps_pd(_mm_movehl_ps((__m128)x, (__m128)x)); }
INLINE vector narrowed(doubles low, doubles high) {
  return (vector)_mm_movelh_ps(_mm_cvtpd_ps((__m128d)low), _mm_cvtpd_ps((__m128d)high));
}
#else
INLINE doubles low_doubles(vector x) { return (doubles)vcvt_f64_f32(vget_low_f32((float32x4_t)x)); }
INLINE doubles high_doubles(vector x) { return (doubles)vcvt_high_f64_f32((float32x4_t)x); }
INLINE vector narrowed(doubles low, doubles high) {
  return (vector)vcvt_high_f32_f64(vcvt_f32_f64((float64x2_t)low), (float64x2_t)high);
}
#endif

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }
INLINE size_t round_up(size_t value, size_t step) { return (value + step - 1) / step * step; }

#endif
