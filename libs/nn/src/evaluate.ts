import type { Backend } from '@lockstep/math';
import {
  fillTargets,
  foldTree,
  leafCountOf,
  rowCountOfTargets,
  targetsBetween,
  targetWidth,
  type Dataset,
  type TargetKind,
  type Targets,
} from '@lockstep/data';
import { weightSumOf, type LossSpec } from './losses/index.ts';
import { thresholdOf } from './losses/shares.ts';
import type { Accuracy } from './metrics/accuracy.ts';
import type { ClassReport } from './metrics/class-report.ts';
import { classScoresOf, type ClassScore } from './metrics/class-scores.ts';
import { joinTallies, metricLabel, metricValue, tallyOf, type MetricSpec } from './metrics/index.ts';
import type { MetricRows, MetricValue } from './metrics/metric.ts';
import type { Network } from './network/network.ts';

/** How well a network does on rows it was not trained on. */
export interface Evaluation {
  /** Share of rows whose class has the largest output, larger than every other, or whose labels are all right; none of numbers. */
  readonly accuracy?: number;
  /** Mean over rows of the loss; where classes have weights the weighted one. */
  readonly loss: number;
  readonly rowCount: number;
  /** How it does on each class or label; nothing of numbers. */
  readonly classes: readonly ClassScore[];
  /** What else was asked for, by its label. */
  readonly metrics: Readonly<Record<string, MetricValue>>;
}

/** What has to be known of some rows, a node of the tree, to judge all: those of two nodes side by side join to that of the one above. */
export interface EvaluationSums {
  readonly lossSum: number;
  /** Of the accuracy, of the report by class, where rows have no numbers; then of each metric. */
  readonly tallies: readonly Float64Array[];
}

/** Rows for a network to answer, as they lie in a dataset. */
export interface GivenRows {
  /** [rowCount, features] */
  readonly rows: Uint8Array;
  readonly rowCount: number;
}

/** Rows to judge a network on: what it is given, and what each should come to. */
export interface EvaluationPart extends GivenRows {
  readonly labels: Targets;
}

export interface EvaluationSetup {
  readonly backend: Backend;
  /** Its weights are evaluated; its inputs and labels are overwritten. */
  readonly network: Network;
  /** The run's 256-entry table. */
  readonly table: Float32Array;
  readonly leafRows: number;
  /** Beside the accuracy. */
  readonly metrics?: readonly MetricSpec[];
  /** What rows are to come to; classes where left out. */
  readonly target?: TargetKind;
}

const ACCURACY: Accuracy = { type: 'accuracy' };
const CLASS_REPORT: ClassReport = { type: 'class-report' };
const ALWAYS: readonly MetricSpec[] = [ACCURACY, CLASS_REPORT];

/** Rows of a part that is evaluated at once, at most: enough for the kernels' tiles, little enough to be dealt to many. */
const PART_ROWS = 128;

/**
 * Rows of each part of an evaluation but the last, which may be shorter: as many leaves as make a node of the tree, so that the tree over
 * parts is the tree over leaves.
 */
export const evaluationPartRows = (leafRows: number): number =>
  leafRows * 2 ** (31 - Math.clz32(Math.max(1, Math.floor(PART_ROWS / leafRows))));

/** The parts of `dataset` that are evaluated each at once: views of it, in order. */
export function evaluationParts(dataset: Dataset, leafRows: number): readonly EvaluationPart[] {
  const { rowCount, featureCount } = dataset;
  const partRows = evaluationPartRows(leafRows);
  const width = targetWidth(dataset);
  return Array.from({ length: leafCountOf(rowCount, partRows) }, (_, part) => {
    const [start, end] = [part * partRows, Math.min(rowCount, (part + 1) * partRows)];
    return {
      rows: dataset.rows.subarray(start * featureCount, end * featureCount),
      rowCount: end - start,
      labels: targetsBetween(dataset.labels, start, end, width),
    };
  });
}

/**
 * Takes the rows first .. last - 1 of `given` through the layers, which depend on no other; `Network.outputsOf` has what they leave.
 * @param last all of them when left out
 */
export function answerRows(
  { backend, network, table }: Pick<EvaluationSetup, 'backend' | 'network' | 'table'>,
  { rows, rowCount }: GivenRows,
  first = 0,
  last = rowCount,
): void {
  const featureCount = rows.length / rowCount;
  const bytes = rows.subarray(first * featureCount, last * featureCount);
  backend.lookup(network.inputs.subarray(first * featureCount, last * featureCount), bytes, table);
  network.forward(last, first);
}

/** What rows come to that were answered, in the contract's order (section 4): leaf by leaf, float64, the fixed tree. */
export function judgeRows(
  { network, leafRows, metrics, target = 'classes' }: Omit<EvaluationSetup, 'backend' | 'table'>,
  labels: Targets,
): EvaluationSums {
  const { width } = network;
  const rows = rowCountOfTargets(labels, width);
  const targets = network.labels.subarray(0, rows * width);
  fillTargets(labels, width, targets);
  const outputs = network.outputsOf(rows);
  const answered: MetricRows = {
    ...{ outputs, targets, rows, width, target },
    threshold: thresholdOf(network.loss),
  };
  const tallies = judgedOf(metrics, target).map((spec) => tallyOf(spec, answered, leafRows));
  return { lossSum: network.lossSum(rows, leafRows), tallies };
}

/** What parts side by side come to, all of one size but the last. */
export const joinSums = (
  parts: readonly EvaluationSums[],
  metrics: readonly MetricSpec[] | undefined,
  target?: TargetKind,
): EvaluationSums => ({
  lossSum: foldTree(parts.length, (part) => parts[part]!.lossSum, add),
  tallies: judgedOf(metrics, target).map((spec, index) =>
    joinTallies(
      spec,
      parts.map(({ tallies }) => tallies[index]!),
    ),
  ),
});

/** How an evaluation is read: the network's outputs and loss, and what is asked of it. */
export interface JudgedBy extends Pick<EvaluationSetup, 'leafRows' | 'metrics' | 'target'> {
  /** Outputs of a row. */
  readonly width: number;
  readonly loss: LossSpec;
}

/** How well a network does, from what all rows of `dataset` come to. */
export function evaluationOf(
  { lossSum, tallies }: EvaluationSums,
  { width, loss, leafRows, metrics = [], target = 'classes' }: JudgedBy,
  { labels, rowCount }: Pick<Dataset, 'labels' | 'rowCount'>,
): Evaluation {
  const hasAccuracy = target !== 'numbers';
  const others = hasAccuracy ? tallies.slice(ALWAYS.length) : tallies;
  return {
    ...(hasAccuracy && { accuracy: metricValue(ACCURACY, tallies[0]!, width, target) as number }),
    loss: lossSum / weightSumOf(loss, rowCount, leafRows, (row) => labels[row]!),
    rowCount,
    classes: hasAccuracy ? classScoresOf(tallies[1]!) : [],
    metrics: Object.fromEntries(
      metrics.map((spec, index) => [metricLabel(spec), metricValue(spec, others[index]!, width, target)]),
    ),
  };
}

/**
 * Loss, accuracy and metrics over all of `dataset`, part by part: every engine gives the same numbers.
 * @param setup its network takes `evaluationPartRows` at once
 */
export function evaluate(setup: EvaluationSetup, dataset: Dataset): Evaluation {
  const { network, leafRows, metrics = [], target } = setup;
  const parts = evaluationParts(dataset, leafRows).map((part) => {
    answerRows(setup, part);
    return judgeRows(setup, part.labels);
  });
  const { width, loss } = network;
  const judged = { width, loss, leafRows, metrics, ...(target !== undefined && { target }) };
  return evaluationOf(joinSums(parts, metrics, target), judged, dataset);
}

const judgedOf = (
  metrics: readonly MetricSpec[] = [],
  target: TargetKind = 'classes',
): readonly MetricSpec[] => (target === 'numbers' ? metrics : [...ALWAYS, ...metrics]);

const add = (left: number, right: number): number => left + right;
