import { standardisationTable, type Dataset } from '@lockstep/data';
import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { initialWeights } from './initial-weights.ts';
import { Network } from './network.ts';
import { mlp } from './testing/models.ts';

const spec = mlp([6, 5, 3]);
const table = standardisationTable({ mean: 0.4, deviation: 0.3 });
const rowCount = 101;
const dataset: Dataset = {
  name: 'made up',
  rows: Uint8Array.from({ length: rowCount * 6 }, (_, i) => (i * 89) % 256),
  labels: Uint8Array.from({ length: rowCount }, (_, i) => (i * 7) % 3),
  rowCount,
  featureCount: 6,
};

function evaluated(maxRows: number, leafRows: number, zero = false) {
  const network = new Network(referenceBackend, spec, maxRows);
  if (!zero) initialWeights(spec, 9, network.weights);
  return evaluate({ backend: referenceBackend, network, maxRows, table, leafRows }, dataset);
}

describe('evaluate', () => {
  it('gives the same loss, bit for bit, however many rows it takes at once', () => {
    const whole = evaluated(128, 4);
    for (const maxRows of [4, 5, 8, 33, 64, 101]) expect(evaluated(maxRows, 4)).toEqual(whole);
  });

  it('is the mean loss over rows, and the share of rows classified rightly', () => {
    const network = new Network(referenceBackend, spec, rowCount);
    initialWeights(spec, 9, network.weights);
    network.inputs.set(Array.from(dataset.rows, (v) => table[v]!));
    const out = network.forward(rowCount);
    let [loss, correct] = [0, 0];
    for (let r = 0; r < rowCount; r++) {
      const row = Array.from(out.subarray(3 * r, 3 * r + 3));
      row.forEach((z, j) => (loss += (z - (dataset.labels[r] === j ? 1 : 0)) ** 2 / 2));
      if (row.indexOf(Math.max(...row)) === dataset.labels[r]) correct++;
    }
    const result = evaluated(64, 8);
    expect(result.loss).toBeCloseTo(loss / rowCount, 5);
    expect(result).toMatchObject({ accuracy: correct / rowCount, rowCount });
  });

  it('takes the lowest class of equal outputs', () => {
    const share = dataset.labels.filter((label) => label === 0).length / rowCount;
    expect(evaluated(64, 8, true).accuracy).toBe(share);
  });
});
