import { standardisationTable, type Dataset } from '@lockstep/data';
import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { initialWeights } from './initial-weights.ts';
import { resolveMetric, type MetricSpec } from './metrics/index.ts';
import { Network } from './network/network.ts';
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

interface Asked {
  readonly isZero?: boolean;
  readonly metrics?: readonly MetricSpec[];
}

function evaluated(maxRows: number, leafRows: number, { isZero = false, metrics = [] }: Asked = {}) {
  const network = new Network(referenceBackend, spec, maxRows);
  if (!isZero) initialWeights(spec, 9, network.weights);
  return evaluate({ backend: referenceBackend, network, maxRows, table, leafRows, metrics }, dataset);
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

  it('finds a network that says the same of all classes right about no row', () => {
    expect(evaluated(64, 8, { isZero: true }).accuracy).toBe(0);
  });

  it('gives the metrics that are asked for by their labels, the same bits however many rows it takes at once', () => {
    const metrics = ['confusion-matrix', { type: 'top-k', k: 2 }, 'roc-auc', 'rmse'].map((given) =>
      resolveMetric(given, { code: 'bad-metric', path: 'metrics' }),
    );
    const whole = evaluated(128, 4, { metrics });
    expect(Object.keys(whole.metrics)).toEqual(['confusion matrix', 'top-2', 'roc-auc', 'rmse']);
    const matrix = whole.metrics['confusion matrix'] as readonly (readonly number[])[];
    expect(matrix.flat().reduce((sum, rows) => sum + rows, 0)).toBe(rowCount);
    expect(matrix.reduce((sum, row, c) => sum + row[c]!, 0) / rowCount).toBe(whole.accuracy);
    for (const maxRows of [4, 33, 101]) expect(evaluated(maxRows, 4, { metrics })).toEqual(whole);
  });
});
