import { referenceBackend } from '@lockstep/math';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { layerKinds } from './index.ts';
import { sizeOf, type LayerSums } from './layer.ts';
import parity from './parity.json' with { type: 'json' };

const ROWS = parity.shape[0]!;
/** Relative above 1, absolute below: a few roundings to float32. */
const TOLERANCE = 1e-6;

/** The largest difference between what float32 gave and what PyTorch says in float64. */
const worstOf = (actual: Float32Array, expected: readonly number[]): number =>
  expected.reduce((worst, value, i) => {
    const difference = Math.abs(actual[i]! - value) / Math.max(1, Math.abs(value));
    return Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  }, 0);

describe("what PyTorch's layers give in float64", () => {
  it.each(
    parity.cases.map((each) => [`${JSON.stringify(each.spec)} of [${each.shape.join(', ')}]`, each] as const),
  )('%s', (_, each) => {
    const kind = layerKinds.of(each.spec.type);
    const spec = v.parse(kind.schema, each.spec);
    const input = Float32Array.from(each.input);
    const run: LayerSums = {
      ...{ spec, index: 0, backend: referenceBackend, rows: ROWS, pass: undefined },
      ...{ inputShape: each.shape, outputShape: each.shape, input, inputs: [input] },
      output: new Float32Array(input.length),
      parameters: each.parameters.map((values) => Float32Array.from(values)),
      buffers: (kind.buffers?.(spec, each.shape) ?? []).map(
        (shape) => new Float32Array(ROWS * sizeOf(shape)),
      ),
      outputError: Float32Array.from(parity.outputError),
      inputError: new Float32Array(input.length),
      gradients: each.gradients.map((values) => new Float32Array(values.length)),
      ...{ leafRows: 1, ordinal: 0, share: 0, shares: 1 },
    };
    kind.forward(run);
    kind.backward(run);
    kind.accumulate?.(run);
    expect(worstOf(run.output, each.output)).toBeLessThan(TOLERANCE);
    expect(worstOf(run.inputError!, each.inputError)).toBeLessThan(TOLERANCE);
    for (const [i, gradient] of run.gradients.entries()) {
      expect(worstOf(gradient!, each.gradients[i]!)).toBeLessThan(TOLERANCE);
    }
  });
});
