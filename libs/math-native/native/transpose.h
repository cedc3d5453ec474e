/* A square of LANES x LANES float32, transposed in registers. */
#ifndef LOCKSTEP_TRANSPOSE_H
#define LOCKSTEP_TRANSPOSE_H

#include "target.h"

/** Lanes picked from two vectors: 0 .. LANES-1 of the first, LANES .. 2 LANES-1 of the second. */
#if defined(__clang__) || __GNUC__ >= 12
#define PICK(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define PICK(a, b, ...) __builtin_shuffle(a, b, (integers){__VA_ARGS__})
#endif

/*
 * Every step pairs two rows and interleaves pieces of them: single elements, then pairs, both inside groups of four
 * lanes (the cheap direction of every instruction set), then the groups themselves.
 */
#if LANES == 4
#define ELEMENTS_LOW 0, 4, 1, 5
#define ELEMENTS_HIGH 2, 6, 3, 7
#define PAIRS_LOW 0, 1, 4, 5
#define PAIRS_HIGH 2, 3, 6, 7
#elif LANES == 8
#define ELEMENTS_LOW 0, 8, 1, 9, 4, 12, 5, 13
#define ELEMENTS_HIGH 2, 10, 3, 11, 6, 14, 7, 15
#define PAIRS_LOW 0, 1, 8, 9, 4, 5, 12, 13
#define PAIRS_HIGH 2, 3, 10, 11, 6, 7, 14, 15
#define HALVES_LOW 0, 1, 2, 3, 8, 9, 10, 11
#define HALVES_HIGH 4, 5, 6, 7, 12, 13, 14, 15
#else
#define ELEMENTS_LOW 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29
#define ELEMENTS_HIGH 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31
#define PAIRS_LOW 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define PAIRS_HIGH 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define GROUPS_EVEN 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27
#define GROUPS_ODD 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31
#endif

/** rows[i][j] becomes rows[j][i]. */
INLINE void transpose(vector rows[LANES]) {
  vector next[LANES];
  UNROLL
  for (size_t i = 0; i < LANES; i += 2) {
    next[i] = PICK(rows[i], rows[i + 1], ELEMENTS_LOW);
    next[i + 1] = PICK(rows[i], rows[i + 1], ELEMENTS_HIGH);
  }
  /* Now a group of four lanes of rows 4q .. 4q+3 holds two columns of two rows each; joined, one column of four rows. */
  UNROLL
  for (size_t i = 0; i < LANES; i += 4) {
    rows[i] = PICK(next[i], next[i + 2], PAIRS_LOW);
    rows[i + 1] = PICK(next[i], next[i + 2], PAIRS_HIGH);
    rows[i + 2] = PICK(next[i + 1], next[i + 3], PAIRS_LOW);
    rows[i + 3] = PICK(next[i + 1], next[i + 3], PAIRS_HIGH);
  }
#if LANES == 8
  UNROLL
  for (size_t i = 0; i < 4; i++) {
    next[i] = PICK(rows[i], rows[i + 4], HALVES_LOW);
    next[i + 4] = PICK(rows[i], rows[i + 4], HALVES_HIGH);
  }
  UNROLL
  for (size_t i = 0; i < LANES; i++) rows[i] = next[i];
#elif LANES == 16
  UNROLL
  for (size_t i = 0; i < 4; i++) {
    vector even_low = PICK(rows[i], rows[i + 4], GROUPS_EVEN);
    vector odd_low = PICK(rows[i], rows[i + 4], GROUPS_ODD);
    vector even_high = PICK(rows[i + 8], rows[i + 12], GROUPS_EVEN);
    vector odd_high = PICK(rows[i + 8], rows[i + 12], GROUPS_ODD);
    next[i] = PICK(even_low, even_high, GROUPS_EVEN);
    next[i + 8] = PICK(even_low, even_high, GROUPS_ODD);
    next[i + 4] = PICK(odd_low, odd_high, GROUPS_EVEN);
    next[i + 12] = PICK(odd_low, odd_high, GROUPS_ODD);
  }
  UNROLL
  for (size_t i = 0; i < LANES; i++) rows[i] = next[i];
#endif
}

#endif
