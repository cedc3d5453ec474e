/** The constants of Philox4x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). */
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const KEY_INCREMENT_0 = 0x9e3779b9;
const KEY_INCREMENT_1 = 0xbb67ae85;
const ROUNDS = 10;

/** The upper 32 bits of the 64-bit product of two unsigned words. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const carry = Math.imul(aLow, bLow) >>> 16;
  const middle = aHigh * bLow + carry;
  const other = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000)) >>> 0;
}

/**
 * The contract's random generator, Philox4x32-10 (section 4): every block of four words is a function of the key
 * (seed, stream) and of a counter of four words alone, so that any worker can make any of them.
 */
export class Philox {
  /** The block made last: four unsigned 32-bit words. Each call of `generate` overwrites it. */
  readonly words = new Uint32Array(4);
  readonly #seed: number;
  readonly #stream: number;

  /** @param seed of the run, 0 to 2^32 - 1 @param stream what the numbers are for, 0 to 2^32 - 1 */
  constructor(seed: number, stream: number) {
    this.#seed = seed >>> 0;
    this.#stream = stream >>> 0;
  }

  /** The block at a counter of four 32-bit words; returns `words`, overwritten. */
  generate(c0: number, c1: number, c2: number, c3: number): Uint32Array {
    let word0 = c0 >>> 0;
    let word1 = c1 >>> 0;
    let word2 = c2 >>> 0;
    let word3 = c3 >>> 0;
    let key0 = this.#seed;
    let key1 = this.#stream;
    for (let i = 0; i < ROUNDS; i++) {
      const high0 = multiplyHigh(MULTIPLIER_0, word0);
      const low0 = Math.imul(MULTIPLIER_0, word0);
      const high1 = multiplyHigh(MULTIPLIER_1, word2);
      const low1 = Math.imul(MULTIPLIER_1, word2);
      word0 = (high1 ^ word1 ^ key0) >>> 0;
      word1 = low1 >>> 0;
      word2 = (high0 ^ word3 ^ key1) >>> 0;
      word3 = low0 >>> 0;
      key0 = (key0 + KEY_INCREMENT_0) >>> 0;
      key1 = (key1 + KEY_INCREMENT_1) >>> 0;
    }
    this.words[0] = word0;
    this.words[1] = word1;
    this.words[2] = word2;
    this.words[3] = word3;
    return this.words;
  }
}
