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

/** Lanes the words are dealt to in turn: four vectors of 512 bits, so that no multiplication waits for the one before. */
export const CHECKSUM_LANES = 64;

/** What lane `index` starts from. */
export const checksumSeed = (index: number): number => Math.imul(index + 1, PRIME_3);

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
 * A cheap 64-bit checksum of the 32-bit words of `tensor`, with the finite check in the same pass: interleaved lanes of
 * integer rounds, in the manner of xxHash. For comparing contributions; not a cryptographic digest. This is the reference;
 * a backend's `checksum` is faster.
 */
export function checksumOf(tensor: Float32Array): TensorChecksum {
  const words = new Int32Array(tensor.buffer, tensor.byteOffset, tensor.length);
  const lanes = Int32Array.from({ length: CHECKSUM_LANES }, (_, index) => checksumSeed(index));
  let isFinite = true;
  for (let i = 0; i < words.length; i++) {
    const lane = i % CHECKSUM_LANES;
    lanes[lane] = round(lanes[lane]!, words[i]!);
    if ((words[i]! & EXPONENT_BITS) === EXPONENT_BITS) isFinite = false;
  }
  return { checksum: joinLanes(lanes, words.length), isFinite };
}

/** The checksum that the lanes of `length` words add up to: one fold upwards, one downwards, 32 bits each. */
export function joinLanes(lanes: Int32Array, length: number): string {
  let low = length;
  let high = ~length;
  for (let index = 0; index < CHECKSUM_LANES; index++) {
    low = round(low, lanes[index]!);
    high = round(high, lanes[CHECKSUM_LANES - 1 - index]!);
  }
  return toHex(avalanche(high)) + toHex(avalanche(low));
}
