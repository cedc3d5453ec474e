import { someWords } from './functions.ts';

/** float32 values around 1, of both signs: their sums depend on the order. */
export const someFloats = (length: number, skipped = 0): Float32Array =>
  Float32Array.from(someWords(skipped + length).slice(skipped), (word) => (word % 65_537) / 32_768 - 1);
