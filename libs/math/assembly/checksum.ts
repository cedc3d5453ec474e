import { carriesAllOnes, EXPONENT } from './vector';

/** The primes of libs/math/src/checksum.ts. */
const PRIME_1: i32 = 0x9e3779b1;
const PRIME_2: i32 = 0x85ebca77;

/** Bytes of the 64 lanes. */
@inline const LANES_BYTES: usize = 256;
/** Bytes that one group of lanes reads before the next group reads them again from the first-level cache. */
@inline const CHUNK_BYTES: usize = 16384;

@inline function round(lanes: v128, words: v128): v128 {
  const sum = i32x4.add(lanes, i32x4.mul(words, i32x4.splat(PRIME_2)));
  const rotated = v128.or(i32x4.shl(sum, 13), i32x4.shr_u(sum, 19));
  return i32x4.mul(rotated, i32x4.splat(PRIME_1));
}

/**
 * The 64 lanes of `checksumOf`, from the seeds in `lanes` to their values in the same place. Returns whether no exponent is all
 * ones.
 */
export function checksum(lanes: usize, x: usize, length: i32): bool {
  const bytes = <usize>length * 4;
  let isFinite = true;
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const wholeBytes = <usize>(length & ~63) * 4;
    isFinite = wholeRounds(lanes, x, wholeBytes);
    at = wholeBytes;
  }
  for (let lane: usize = 0; at < bytes; at += 4) {
    const word = load<i32>(x + at);
    const to = lanes + lane;
    store<i32>(to, rotl<i32>(load<i32>(to) + word * PRIME_2, 13) * PRIME_1);
    if ((word & EXPONENT) == EXPONENT) isFinite = false;
    lane = (lane + 4) & (LANES_BYTES - 1);
  }
  return isFinite;
}

/** Whole rounds of the lanes, sixteen lanes at a time, which is what registers hold. */
function wholeRounds(lanes: usize, x: usize, bytes: usize): bool {
  let nonFinite = i32x4.splat(0);
  for (let start: usize = 0; start < bytes; start += CHUNK_BYTES) {
    const end = x + min(start + CHUNK_BYTES, bytes);
    for (let group: usize = 0; group < LANES_BYTES; group += 64) {
      nonFinite = v128.or(nonFinite, sixteenLanes(lanes + group, x + start + group, end));
    }
  }
  return !v128.any_true(nonFinite);
}

/** Sixteen lanes over every fourth 64 bytes from `at` to `end`; not zero where an exponent is all ones. */
function sixteenLanes(lanes: usize, at: usize, end: usize): v128 {
  let lanes0 = v128.load(lanes);
  let lanes1 = v128.load(lanes, 16);
  let lanes2 = v128.load(lanes, 32);
  let lanes3 = v128.load(lanes, 48);
  let nonFinite = i32x4.splat(0);
  for (; at < end; at += LANES_BYTES) {
    const words0 = v128.load(at);
    const words1 = v128.load(at, 16);
    const words2 = v128.load(at, 32);
    const words3 = v128.load(at, 48);
    lanes0 = round(lanes0, words0);
    lanes1 = round(lanes1, words1);
    lanes2 = round(lanes2, words2);
    lanes3 = round(lanes3, words3);
    nonFinite = v128.or(nonFinite, v128.or(carriesAllOnes(words0), carriesAllOnes(words1)));
    nonFinite = v128.or(nonFinite, v128.or(carriesAllOnes(words2), carriesAllOnes(words3)));
  }
  v128.store(lanes, lanes0);
  v128.store(lanes, lanes1, 16);
  v128.store(lanes, lanes2, 32);
  v128.store(lanes, lanes3, 48);
  return nonFinite;
}
