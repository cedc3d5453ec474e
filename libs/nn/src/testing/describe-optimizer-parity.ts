import { readFileSync } from 'node:fs';
import { referenceBackend, type Backend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import type { ParameterLayout } from '../layout.ts';
import { optimizerKinds, resolveOptimizer } from '../optimizers/index.ts';
import { Optimizer } from '../optimizers/optimizer-run.ts';

/** Written by tools/parity/optimizers.py. */
const parity = JSON.parse(readFileSync(new URL('../optimizers/parity.json', import.meta.url), 'utf8')) as {
  readonly shapes: readonly (readonly number[])[];
  readonly start: readonly number[];
  readonly target: readonly number[];
  readonly scale: readonly number[];
  /** The steps after which there are `weights`. */
  readonly kept: readonly number[];
  readonly cases: readonly {
    readonly optimizer: { readonly type: string };
    readonly learningRate: number;
    readonly weights: readonly (readonly number[])[];
  }[];
};

/** Matrices and their biases in turn. */
function layoutOfParity(): ParameterLayout {
  let length = 0;
  const slots = parity.shapes.map((shape, index) => {
    const name = `layers.${index >> 1}.${shape.length > 1 ? 'weight' : 'bias'}`;
    const slot = { name, shape, offset: length, length: shape.reduce((size, each) => size * each, 1) };
    length += slot.length;
    return slot;
  });
  return { slots, length };
}

/** What holds a tensor: float32, or float64 to see the formulas without their roundings. */
type TensorOf = (length: number) => Float32Array;

/** @param tolerance relative to the largest weight */
export function describeOptimizerParity(title: string, tensorOf: TensorOf, tolerance: number): void {
  const layout = layoutOfParity();
  const backend: Backend = {
    ...referenceBackend,
    allocate: tensorOf,
    isFinite: (x) => x.every(Number.isFinite),
    map(operation, outs, inputs, scalars) {
      referenceBackend.map(operation, outs, inputs, scalars);
      return outs.every((out) => out.every(Number.isFinite));
    },
  };

  describe(title, () => {
    const cases = parity.cases.map((each) => [JSON.stringify(each.optimizer), each] as const);

    it.each(cases)('are those of 20 steps of %s', (_text, { optimizer, learningRate, weights: expected }) => {
      const run = new Optimizer(backend, resolveOptimizer(optimizer), layout);
      const [weights, gradientSum] = [tensorOf(layout.length), tensorOf(layout.length)];
      weights.set(parity.start);
      for (let step = 0; step < parity.kept.at(-1)!; step++) {
        weights.forEach((w, i) => (gradientSum[i] = 4 * parity.scale[i]! * (w - parity.target[i]!)));
        expect(run.step({ out: weights, weights, gradientSum, weightSum: 4, learningRate, step })).toBe(true);
        const kept = expected[parity.kept.indexOf(step + 1)];
        const largest = Math.max(...weights.map(Math.abs));
        kept?.forEach((w, i) => expect(Math.abs(weights[i]! - w)).toBeLessThan(tolerance * largest));
      }
    });

    it('are compared for every kind, with two settings each', () => {
      const counts = optimizerKinds.types.map(
        (type) => cases.filter(([, { optimizer }]) => optimizer.type === type).length,
      );
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
    });
  });
}
