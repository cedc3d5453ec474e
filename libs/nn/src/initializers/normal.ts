import { cosPi, log } from '@lockstep/math';
import type { Draws, InitializerRun } from './initializer.ts';

/** Words are taken as the middle of their 2^-32 of the unit interval: no logarithm of 0, and no angle at which a cosine is 0. */
const fractionOf = (word: number): number => (word + 0.5) / 2 ** 32;

/** How far apart the counters of two attempts at the same numbers are: more than a layer has parameters. */
const ATTEMPT = 2 ** 16;

/**
 * Four standard normal numbers in float64 for elements 4 * block .. 4 * block + 3 of row `row`, by Box and Muller (1958): of the words
 * u, w of the Philox counter (parameter + 2^16 attempt, layer, row, block) sqrt(-2 ln u) cos(2 pi w) and sqrt(-2 ln u) sin(2 pi w), of the
 * first two and of the last two. None is 0, and none beyond 6.8.
 * @param out four, overwritten
 */
export function normalBlock(
  { generator, parameter, layer }: Draws,
  attempt: number,
  row: number,
  block: number,
  out: Float64Array,
): void {
  const words = generator.generate(parameter + ATTEMPT * attempt, layer, row, block);
  for (let pair = 0; pair < 4; pair += 2) {
    const radius = Math.sqrt(-2 * log(fractionOf(words[pair]!)));
    const halfTurns = 2 * fractionOf(words[pair + 1]!);
    out[pair] = radius * cosPi(halfTurns);
    out[pair + 1] = radius * cosPi(halfTurns - 0.5);
  }
}

/** Standard normal numbers for every element, in float64. */
export function normalsOf({ out, shape, draws }: InitializerRun): Float64Array {
  const normals = new Float64Array(out.length);
  const columns = shape.at(-1)!;
  const four = new Float64Array(4);
  for (let row = 0; row < out.length / columns; row++) {
    for (let j = 0; j < columns; j += 4) {
      normalBlock(draws, 0, row, j / 4, four);
      normals.set(four.subarray(0, Math.min(4, columns - j)), row * columns + j);
    }
  }
  return normals;
}

/** Normal around 0, of that deviation. */
export function fillNormal(at: InitializerRun, deviation: number): void {
  normalsOf(at).forEach((z, index) => (at.out[index] = Math.fround(deviation * z)));
}
