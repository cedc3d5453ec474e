import { standardisationTable, type Dataset } from '@lockstep/data';
import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { answerRows, evaluate, evaluationOf, evaluationPartRows, joinSums, judgeRows } from './evaluate.ts';
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

function setupOf(leafRows: number, { isZero = false, metrics = [] }: Asked) {
  const network = new Network(referenceBackend, spec, 128);
  if (!isZero) initialWeights(spec, 9, network.weights);
  return { backend: referenceBackend, network, table, leafRows, metrics };
}

const evaluated = (leafRows: number, asked: Asked = {}) => evaluate(setupOf(leafRows, asked), dataset);

/** The same from parts of so many rows, each answered from its end to its start, in pieces. */
function evaluatedInParts(partRows: number, leafRows: number, asked: Asked = {}) {
  const setup = setupOf(leafRows, asked);
  const parts = Array.from({ length: Math.ceil(rowCount / partRows) }, (_, part) => {
    const [start, end] = [part * partRows, Math.min(rowCount, (part + 1) * partRows)];
    const rows = dataset.rows.subarray(start * 6, end * 6);
    const given = { rows, rowCount: end - start };
    for (let last = end - start; last > 0; last -= 5) answerRows(setup, given, Math.max(0, last - 5), last);
    return judgeRows(setup, dataset.labels.subarray(start, end));
  });
  const { width, loss } = setup.network;
  return evaluationOf(joinSums(parts, asked.metrics), { ...setup, width, loss }, dataset);
}

describe('evaluate', () => {
  it('gives the same loss, bit for bit, whichever nodes of the tree are judged alone', () => {
    const whole = evaluated(4);
    for (const partRows of [4, 8, 16, 32, 64, 128]) expect(evaluatedInParts(partRows, 4)).toEqual(whole);
  });

  it('judges as many whole leaves at once as make a node of the tree, in 128 rows where a leaf is no larger', () => {
    const asked = [1, 3, 8, 16, 100, 128, 200];
    expect(asked.map(evaluationPartRows)).toEqual([128, 96, 128, 128, 100, 128, 200]);
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
    const result = evaluated(8);
    expect(result.loss).toBeCloseTo(loss / rowCount, 5);
    expect(result).toMatchObject({ accuracy: correct / rowCount, rowCount });
  });

  it('finds a network that says the same of all classes right about no row', () => {
    expect(evaluated(8, { isZero: true }).accuracy).toBe(0);
  });

  it('gives the metrics that are asked for by their labels, the same bits whichever nodes are judged alone', () => {
    const metrics = ['confusion-matrix', { type: 'top-k', k: 2 }, 'roc-auc', 'rmse'].map((given) =>
      resolveMetric(given, { code: 'bad-metric', path: 'metrics' }),
    );
    const whole = evaluated(4, { metrics });
    expect(Object.keys(whole.metrics)).toEqual(['confusion matrix', 'top-2', 'roc-auc', 'rmse']);
    const matrix = whole.metrics['confusion matrix'] as readonly (readonly number[])[];
    expect(matrix.flat().reduce((sum, rows) => sum + rows, 0)).toBe(rowCount);
    expect(matrix.reduce((sum, row, c) => sum + row[c]!, 0) / rowCount).toBe(whole.accuracy);
    for (const partRows of [4, 32]) expect(evaluatedInParts(partRows, 4, { metrics })).toEqual(whole);
  });
});
