import type { Backend } from '@lockstep/math';
import { foldTree, oneHot, type Dataset } from '@lockstep/data';
import { weightSumOf } from './losses/index.ts';
import { thresholdOf } from './losses/shares.ts';
import type { Accuracy } from './metrics/accuracy.ts';
import { joinTallies, metricLabel, metricValue, tallyOf, type MetricSpec } from './metrics/index.ts';
import type { MetricRows, MetricValue } from './metrics/metric.ts';
import type { Network } from './network/network.ts';

/** How well a network does on rows it was not trained on. */
export interface Evaluation {
  /** Share of rows whose class has the largest output, larger than every other. */
  readonly accuracy: number;
  /** Mean over rows of the loss; where classes have weights the weighted one. */
  readonly loss: number;
  readonly rowCount: number;
  /** What else was asked for, by its label. */
  readonly metrics: Readonly<Record<string, MetricValue>>;
}

export interface EvaluationSetup {
  readonly backend: Backend;
  /** Its weights are evaluated; its inputs and labels are overwritten. */
  readonly network: Network;
  /** The most rows `network` takes at once; at least `leafRows`. */
  readonly maxRows: number;
  /** The run's 256-entry table. */
  readonly table: Float32Array;
  readonly leafRows: number;
  /** Beside the accuracy. */
  readonly metrics?: readonly MetricSpec[];
}

const ACCURACY: Accuracy = { type: 'accuracy' };

/**
 * Loss, accuracy and metrics over all of `dataset`, in the contract's order (section 4): rows in blocks of `leafRows`, float64, the fixed
 * tree; so every engine and every `maxRows` gives the same numbers.
 */
export function evaluate(setup: EvaluationSetup, dataset: Dataset): Evaluation {
  const { backend, network, table, leafRows, metrics = [] } = setup;
  const { rowCount, featureCount } = dataset;
  const width = network.labels.length / setup.maxRows;
  // A chunk of a power of two leaves is a node of the tree, so the tree over chunks is the tree over leaves.
  const chunkRows = leafRows * 2 ** (31 - Math.clz32(Math.floor(setup.maxRows / leafRows)));
  const judged = [ACCURACY, ...metrics];
  const lossSums: number[] = [];
  const tallies = judged.map((): Float64Array[] => []);
  for (let start = 0; start < rowCount; start += chunkRows) {
    const rows = Math.min(chunkRows, rowCount - start);
    const labels = dataset.labels.subarray(start, start + rows);
    const bytes = dataset.rows.subarray(start * featureCount, (start + rows) * featureCount);
    backend.lookup(network.inputs.subarray(0, bytes.length), bytes, table);
    const targets = network.labels.subarray(0, rows * width);
    oneHot(labels, width, targets);
    const answered: MetricRows = {
      ...{ outputs: network.forward(rows), targets, rows, width },
      threshold: thresholdOf(network.loss),
    };
    judged.forEach((spec, index) => tallies[index]!.push(tallyOf(spec, answered, leafRows)));
    lossSums.push(network.lossSum(rows, leafRows));
  }
  const weightSum = weightSumOf(network.loss, rowCount, leafRows, (row) => dataset.labels[row]!);
  const [accuracy, ...others] = judged.map((spec, index) =>
    metricValue(spec, joinTallies(spec, tallies[index]!), width),
  );
  return {
    accuracy: accuracy as number,
    loss: foldTree(lossSums.length, (chunk) => lossSums[chunk]!, add) / weightSum,
    rowCount,
    metrics: Object.fromEntries(others.map((value, index) => [metricLabel(metrics[index]!), value])),
  };
}

const add = (left: number, right: number): number => left + right;
