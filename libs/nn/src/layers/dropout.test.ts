import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import type { TrainingPass } from './layer.ts';
import { dropout } from './dropout.ts';

const WIDTH = 50;
const INDEX = 3;

/** What becomes of `rows` rows of ones. */
function dropped(rate: number, rows: number, pass: TrainingPass | undefined): Float32Array {
  const output = new Float32Array(rows * WIDTH);
  dropout.forward({
    ...{ spec: { type: 'dropout', rate }, index: INDEX, backend: referenceBackend, rows, pass },
    ...{ inputShape: [WIDTH], outputShape: [WIDTH], parameters: [] },
    ...{ input: new Float32Array(rows * WIDTH).fill(1), inputs: [], output },
    buffers: [new Float32Array(rows * WIDTH)],
    ...{ outputError: new Float32Array(0), inputError: undefined },
  });
  return output;
}

const PASS = { seed: 9, step: 4, firstRow: 0 };

describe('dropout', () => {
  it('drops that part of the elements, and makes up for it in the others', () => {
    const outputs = dropped(0.25, 400, PASS);
    const share = outputs.filter((value) => value === 0).length / outputs.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.01);
    expect(new Set(outputs)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  });

  it('leaves everything as it is where the network is judged or used, or the rate is 0', () => {
    expect(dropped(0.9, 3, undefined)).toEqual(new Float32Array(3 * WIDTH).fill(1));
    expect(dropped(0, 3, PASS)).toEqual(new Float32Array(3 * WIDTH).fill(1));
  });

  it('drops the same elements of a row whoever computes it, and others in each step and row', () => {
    const whole = dropped(0.5, 6, PASS);
    expect(dropped(0.5, 2, { ...PASS, firstRow: 3 })).toEqual(whole.subarray(3 * WIDTH, 5 * WIDTH));
    expect(dropped(0.5, 6, { ...PASS, step: 5 })).not.toEqual(whole);
    expect(whole.subarray(0, WIDTH)).not.toEqual(whole.subarray(WIDTH, 2 * WIDTH));
  });

  it('drops the same elements for ever: a change of these bits changes every run with it', () => {
    const kept = [...dropped(0.5, 1, PASS)].map((value) => (value > 0 ? '1' : '0')).join('');
    expect(kept).toBe('11101011001110111101011111111010101000011110110011');
  });
});
