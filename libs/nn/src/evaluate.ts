import type { Backend } from '@lockstep/math';
import { oneHot, splitPoint, type Dataset } from '@lockstep/data';
import type { Network } from './network.ts';

/** How well a network does on rows it was not trained on. */
export interface Evaluation {
  /** Share of rows whose largest output is their class; ties go to the lowest class. */
  readonly accuracy: number;
  /** Mean over rows of sum over outputs of (out - label)^2 / 2. */
  readonly loss: number;
  readonly rowCount: number;
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
}

/**
 * Loss and accuracy over all of `dataset`, in the contract's order (section 4): rows in blocks of `leafRows`, float64, the fixed
 * tree; so every engine and every `maxRows` gives the same numbers.
 */
export function evaluate(setup: EvaluationSetup, dataset: Dataset): Evaluation {
  const { backend, network, table, leafRows } = setup;
  const { rowCount, featureCount } = dataset;
  const classCount = network.labels.length / setup.maxRows;
  // A chunk of a power of two leaves is a node of the tree, so the tree over chunks is the tree over leaves.
  const chunkRows = leafRows * 2 ** (31 - Math.clz32(Math.floor(setup.maxRows / leafRows)));
  const lossSums = new Float64Array(Math.ceil(rowCount / chunkRows));
  let correct = 0;
  for (let chunk = 0; chunk < lossSums.length; chunk++) {
    const start = chunk * chunkRows;
    const rows = Math.min(chunkRows, rowCount - start);
    const labels = dataset.labels.subarray(start, start + rows);
    const bytes = dataset.rows.subarray(start * featureCount, (start + rows) * featureCount);
    backend.lookup(network.inputs.subarray(0, bytes.length), bytes, table);
    oneHot(labels, classCount, network.labels.subarray(0, rows * classCount));
    correct += countCorrect(network.forward(rows), labels, classCount);
    lossSums[chunk] = network.lossSum(rows, leafRows);
  }
  return { accuracy: correct / rowCount, loss: treeSum(lossSums) / rowCount, rowCount };
}

/** Rows whose largest output is their label; the first of equals counts as the largest. */
function countCorrect(outputs: Float32Array, labels: Uint8Array, classCount: number): number {
  let correct = 0;
  labels.forEach((label, row) => {
    let best = 0;
    for (let c = 1; c < classCount; c++) {
      if (outputs[row * classCount + c]! > outputs[row * classCount + best]!) best = c;
    }
    if (best === label) correct++;
  });
  return correct;
}

/** The fixed tree over float64 values: each node splits at the largest power of two below its count. */
function treeSum(values: Float64Array): number {
  if (values.length === 1) return values[0]!;
  const split = splitPoint(values.length);
  return treeSum(values.subarray(0, split)) + treeSum(values.subarray(split));
}
