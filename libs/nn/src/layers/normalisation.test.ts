import { referenceBackend } from '@lockstep/math';
import { expect, it } from 'vitest';
import { resolveModel } from '../model/resolve-model.ts';
import { wave } from '../testing/models.ts';
import { rmsNorm } from './rms-norm.ts';

const fround = Math.fround;

it('a normalisation sums (row, position) of a leaf in blocks of 256, whose sums are added in order', () => {
  const [rows, positions, leafRows] = [5, 150, 3];
  const length = rows * positions;
  const [input, outputError] = [wave(length, 0.3), wave(length, 1.9)];
  const gradient = new Float32Array(1);
  const x = new Float32Array(length);
  const run = {
    ...{ spec: { type: 'rms-norm' as const, epsilon: 1e-5 }, backend: referenceBackend, index: 0, rows },
    ...{ inputShape: [positions, 1], outputShape: [positions, 1], input, inputs: [input] },
    ...{ output: new Float32Array(length), parameters: [Float32Array.of(1)], pass: undefined, outputError },
    buffers: [x, new Float32Array(length), new Float32Array(length), new Float32Array(length)],
    inputError: undefined,
    ...{ gradients: [gradient], leafRows, ordinal: 0, share: 0, shares: 1 },
  };
  rmsNorm.forward(run);
  rmsNorm.accumulate!(run);
  const blockSum = (start: number, end: number): number => {
    let sum = 0;
    for (let i = start; i < end; i++) sum = fround(sum + fround(outputError[i]! * x[i]!));
    return sum;
  };
  // Leaves of 450 and 300 positions.
  const first = fround(blockSum(0, 256) + blockSum(256, 450));
  const second = fround(blockSum(450, 706) + blockSum(706, 750));
  expect(gradient[0]).toBe(fround(first + second));
});

it('a normalisation of more axes than there are is refused by its place', () => {
  const model = {
    input: [4],
    layers: [
      { type: 'layer-norm', axes: 2 },
      { type: 'dense', units: 3 },
    ],
  };
  expect(() => resolveModel({ ...model, loss: 'mse' })).toThrowError(
    /takes 2 axes together, and its rows have 1/,
  );
});
