/** What one pass over a tensor tells: an identity to compare, and whether every element is finite. */
export interface TensorChecksum {
  /** 64 bits as 16 hex digits. */
  readonly checksum: string;
  /** False where an exponent is all ones (NaN or an infinity), decided on integers. */
  readonly isFinite: boolean;
}

const EXPONENT_BITS = 0x7f800000;
/** Large odd constants with bits spread evenly (the primes of xxHash32). */
const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** One step of a lane: the rotation carries a flipped sign bit into the others, so that two flips never cancel. */
const round = (lane: number, word: number): number =>
  Math.imul(rotateLeft((lane + Math.imul(word, PRIME_2)) | 0, 13), PRIME_1);

/** Spreads every bit of `word` over the whole word. */
function avalanche(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 15), PRIME_2);
  mixed = Math.imul(mixed ^ (mixed >>> 13), PRIME_3);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const toHex = (word: number): string => word.toString(16).padStart(8, '0');

/**
 * A cheap 64-bit checksum of the 32-bit words of `tensor`, with the finite check in the same pass: four interleaved
 * lanes of integer rounds, in the manner of xxHash. For comparing contributions; not a cryptographic digest.
 */
export function checksumOf(tensor: Float32Array): TensorChecksum {
  const words = new Int32Array(tensor.buffer, tensor.byteOffset, tensor.length);
  const end = words.length - (words.length % 4);
  let lane0 = 0x0a09e667;
  let lane1 = 0x3b67ae85;
  let lane2 = 0x3c6ef372;
  let lane3 = 0x254ff53a;
  let nonFinite = 0;
  for (let i = 0; i < end; i += 4) {
    const word0 = words[i]!;
    const word1 = words[i + 1]!;
    const word2 = words[i + 2]!;
    const word3 = words[i + 3]!;
    lane0 = round(lane0, word0);
    lane1 = round(lane1, word1);
    lane2 = round(lane2, word2);
    lane3 = round(lane3, word3);
    nonFinite |= carryOfExponent(word0) | carryOfExponent(word1);
    nonFinite |= carryOfExponent(word2) | carryOfExponent(word3);
  }
  for (let i = end; i < words.length; i++) {
    lane0 = round(lane0, words[i]!);
    nonFinite |= carryOfExponent(words[i]!);
  }
  let low = rotateLeft(lane0, 1) + rotateLeft(lane1, 7) + rotateLeft(lane2, 12) + rotateLeft(lane3, 18);
  low = avalanche(round(low | 0, words.length));
  let high = round(round(round(round(words.length, lane3), lane2), lane1), lane0);
  high = avalanche(high);
  return { checksum: toHex(high) + toHex(low), isFinite: nonFinite >= 0 };
}

/** Negative (its top bit set) exactly when the exponent is all ones: adding one to it then carries into the sign. */
const carryOfExponent = (word: number): number => (word & EXPONENT_BITS) + 0x00800000;
