import * as v from 'valibot';
import { gain, type InitializerKind } from './initializer.ts';
import { normalBlock } from './normal.ts';

/**
 * Normal, and drawn again while further than `bound` deviations from the mean, as Keras and optax cut it; PyTorch's bounds are values.
 * Its deviation is below `deviation`: 0.88 of it at bound 2.
 */
export interface TruncatedNormal {
  readonly type: 'truncated-normal';
  readonly mean: number;
  readonly deviation: number;
  /** In deviations. */
  readonly bound: number;
}

/** Of each draw more than a third is kept: nobody waits for a number. */
const LEAST_BOUND = 0.5;

export const truncatedNormal: InitializerKind<TruncatedNormal> = {
  type: 'truncated-normal',
  schema: v.strictObject({
    type: v.literal('truncated-normal'),
    mean: v.optional(v.pipe(v.number(), v.finite()), 0),
    deviation: v.optional(gain, 0.05),
    bound: v.optional(
      v.pipe(v.number(), v.finite(), v.minValue(LEAST_BOUND, `expected at least ${LEAST_BOUND} deviations`)),
      2,
    ),
  }),
  fill: ({ spec: { mean, deviation, bound }, out, shape, draws }) => {
    const columns = shape.at(-1)!;
    const four = new Float64Array(4);
    for (let row = 0; row < out.length / columns; row++) {
      for (let j = 0; j < columns; j += 4) {
        const start = row * columns + j;
        const places = out.subarray(start, start + Math.min(4, columns - j)).fill(NaN);
        for (let attempt = 0; places.some(Number.isNaN); attempt++) {
          normalBlock(draws, attempt, row, j / 4, four);
          places.forEach((value, k) => {
            const isWanted = Number.isNaN(value) && Math.abs(four[k]!) <= bound;
            if (isWanted) places[k] = Math.fround(mean + deviation * four[k]!);
          });
        }
      }
    }
  },
};
