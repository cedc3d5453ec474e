import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { examplesOf } from '../golden/examples.ts';
import { resolveModel } from '../model/resolve-model.ts';
import { describeLoss } from '../testing/describe-loss.ts';
import { lossKinds, resolveLoss, weightSumOf } from './index.ts';
import { sharesOf, thresholdOf } from './shares.ts';

/** More of a kind than its defaults and its own examples. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [given: unknown, width: number])[]>> = {
  'squared-error': [['squared-error', 3]],
  mse: [
    ['mse', 1],
    ['mse', 3],
  ],
  mae: [['mae', 3]],
  huber: [
    ['huber', 1],
    [{ type: 'huber', delta: 0.3 }, 5],
  ],
  'cross-entropy': [
    ['cross-entropy', 2],
    ['cross-entropy', 37],
    [{ type: 'cross-entropy', labelSmoothing: 0.1 }, 5],
    [{ type: 'cross-entropy', classWeights: [1, 2.5, 0.1] }, 3],
    [{ type: 'cross-entropy', classWeights: [1, 2.5, 0.1], labelSmoothing: 0.2 }, 3],
  ],
  'binary-cross-entropy': [
    ['binary-cross-entropy', 1],
    [{ type: 'binary-cross-entropy', positiveWeight: 3 }, 4],
    [{ type: 'binary-cross-entropy', positiveWeight: [0.5, 1, 7] }, 3],
  ],
  kl: [['kl', 4]],
};

for (const [given, width] of Object.values(EXAMPLES).flat()) describeLoss(given, width);

// What a new kind has to pass without a line here.
for (const kind of lossKinds.types.filter((type) => !(type in EXAMPLES)).map((type) => lossKinds.of(type))) {
  for (const spec of examplesOf(kind, kind.schema)) describeLoss(spec, 3);
}

/** One row's loss and its slopes. */
function judged(
  given: unknown,
  outputs: readonly number[],
  labels: readonly number[],
): { readonly loss: number; readonly error: readonly number[] } {
  const spec = resolveLoss(given);
  const kind = lossKinds.of(spec.type);
  const run = {
    ...{ spec, backend: referenceBackend, rows: 1, width: outputs.length },
    outputs: Float32Array.from(outputs),
    labels: Float32Array.from(labels),
    error: new Float32Array(outputs.length),
    kept: (kind.keeps?.(outputs.length) ?? []).map((elements) => new Float32Array(elements)),
  };
  kind.gradient(run);
  return { loss: kind.sum(run, 1), error: [...run.error] };
}

describe('a definition that others have otherwise', () => {
  it('of the absolute error has the slope 0 where output and label are equal', () => {
    expect(judged('mae', [1, 2, 3], [1, 1, 5]).error).toEqual([0, Math.fround(1 / 3), -Math.fround(1 / 3)]);
  });

  it('of the cross-entropy stays finite where the class has no share that float32 holds', () => {
    expect(judged('cross-entropy', [500, -500], [0, 1])).toEqual({ loss: 1000, error: [1, -1] });
  });

  it('of the binary cross-entropy is as large as the output says, and not cut at 100 or 16', () => {
    expect(judged('binary-cross-entropy', [-500], [1]).loss).toBe(500);
    expect(judged('binary-cross-entropy', [-500], [0]).loss).toBe(0);
    expect(judged('binary-cross-entropy', [-50], [0]).loss).toBeCloseTo(Math.exp(-50) * 1, 27);
  });

  it('of the divergence is 0 where the outputs say the labels, and a share of 0 adds nothing', () => {
    const { loss } = judged('kl', [Math.log(0.25), Math.log(0.75), -200], [0.25, 0.75, 0]);
    expect(Math.abs(loss)).toBeLessThan(1e-7);
  });

  it('of class weights divides by the sum of those of the rows, smoothed or not', () => {
    const spec = resolveLoss({ type: 'cross-entropy', classWeights: [1, 0.25], labelSmoothing: 0.1 });
    expect(weightSumOf(spec, 3, 8, (row) => [0, 1, 1][row]!)).toBe(1.5);
    const heavy = judged(spec, [0.3, 0.7], [1, 0]);
    const light = judged(spec, [0.7, 0.3], [0, 1]);
    expect(light.loss).toBe(heavy.loss / 4);
  });
});

describe('what outputs say of their classes', () => {
  const shares = (loss: string, ...outputs: readonly number[]): readonly number[] => [
    ...sharesOf(resolveLoss(loss), Float32Array.from(outputs), 2),
  ];

  it('are they themselves, held to 0 to 1, where they were trained towards these two', () => {
    expect(shares('squared-error', 0.25, 1.5, -0.1, 0.5)).toEqual([0.25, 1, 0, 0.5]);
  });

  it('are shares of each other by cross-entropy, and of their own where each is a yes or no', () => {
    expect(shares('cross-entropy', 3, 3, 500, -500)).toEqual([0.5, 0.5, 1, 0]);
    expect(shares('binary-cross-entropy', 0, 100, -200, 0)).toEqual([0.5, 1, 0, 0.5]);
  });

  it('are more than half for class 1 above the threshold of an only output', () => {
    for (const type of lossKinds.types) {
      expect(thresholdOf({ type })).toBe(lossKinds.of(type).link === 'identity' ? 0.5 : 0);
    }
    expect([thresholdOf({ type: 'huber' }), thresholdOf({ type: 'kl' })]).toEqual([0.5, 0]);
  });
});

describe('a loss that somebody gives', () => {
  const given = (loss: unknown, units = 3): unknown => ({
    input: [2],
    layers: [{ type: 'dense', units }],
    loss,
  });

  it.each([
    ['hinge', 3, /model\.loss\.type: expected one of squared-error, .*kl.*, found "hinge"/],
    [{ type: 'huber', delta: 0 }, 3, /model\.loss\.delta: expected a number above 0, found 0/],
    [{ type: 'cross-entropy', labelSmoothing: 1 }, 3, /labelSmoothing: expected a number below 1, found 1/],
    [
      { type: 'cross-entropy', classWeights: [1, 0, 1] },
      3,
      /classWeights\.1: expected a number above 0, found 0/,
    ],
    [
      { type: 'cross-entropy', classWeights: [1, 1] },
      3,
      /model\.loss: classWeights: expected a weight for each of 3/,
    ],
    ['cross-entropy', 1, /model\.loss: cross-entropy .* expected at least 2 outputs/],
    ['kl', 1, /model\.loss: kl .* expected at least 2 outputs/],
    [
      { type: 'binary-cross-entropy', positiveWeight: [1, 2] },
      3,
      /model\.loss: positiveWeight: expected one number, or one for each of 3 outputs, found 2/,
    ],
  ])('is refused when it is %j for %d outputs', (loss, units, message) => {
    expect(() => resolveModel(given(loss, units))).toThrowError(message);
  });
});
