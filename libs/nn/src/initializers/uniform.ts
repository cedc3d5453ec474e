import type { InitializerRun } from './initializer.ts';

/** Odd integers from -(2^24 - 1) to 2^24 - 1: symmetric, never zero, and each exactly a float32. */
const HALF_RANGE = 2 ** 24;

/**
 * Uniform on (-limit, limit). Element j of row i is an integer of word j & 3 of the Philox counter (parameter, layer, i, j >> 2), times one
 * float32 (contract, section 4).
 */
export function fillUniform({ out, shape, draws }: InitializerRun, limit: number): void {
  const { generator, parameter, layer } = draws;
  const columns = shape.at(-1)!;
  const scale = Math.fround(limit / HALF_RANGE);
  for (let i = 0; i < out.length / columns; i++) {
    for (let j = 0; j < columns; j++) {
      if (j % 4 === 0) generator.generate(parameter, layer, i, j / 4);
      const integer = 2 * (generator.words[j % 4]! >>> 8) - (HALF_RANGE - 1);
      out[i * columns + j] = Math.fround(integer * scale);
    }
  }
}
