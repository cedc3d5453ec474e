import { foldTree, leafCountOf, type TargetKind } from '@lockstep/data';
import * as v from 'valibot';
import { KindList } from '../kinds/kind-list.ts';
import { badSpec, parseSpec, type SpecPlace } from '../kinds/parse-spec.ts';
import { accuracy, type Accuracy } from './accuracy.ts';
import type { Averaged } from './averaged.ts';
import { binaryAccuracy, type BinaryAccuracy } from './binary-accuracy.ts';
import { classReport, type ClassReport } from './class-report.ts';
import { confusionMatrix, type ConfusionMatrix } from './confusion-matrix.ts';
import { f1 } from './f1.ts';
import { meanAbsoluteError, type MeanAbsoluteError } from './mean-absolute-error.ts';
import type { MetricKind, MetricRows, MetricValue } from './metric.ts';
import { precision } from './precision.ts';
import { r2, type R2 } from './r2.ts';
import { recall } from './recall.ts';
import { rocAuc, type RocAuc } from './roc-auc.ts';
import { rootMeanSquaredError, type RootMeanSquaredError } from './root-mean-squared-error.ts';
import { topK, type TopK } from './top-k.ts';

/** Every kind of metric: a new one is a file beside these, its test, and a line in this list and its union. */
const KINDS = [
  accuracy,
  binaryAccuracy,
  topK,
  confusionMatrix,
  classReport,
  precision,
  recall,
  f1,
  rocAuc,
  meanAbsoluteError,
  rootMeanSquaredError,
  r2,
];

export type MetricSpec =
  | Accuracy
  | BinaryAccuracy
  | TopK
  | ConfusionMatrix
  | ClassReport
  | Averaged<'precision'>
  | Averaged<'recall'>
  | Averaged<'f1'>
  | RocAuc
  | MeanAbsoluteError
  | RootMeanSquaredError
  | R2;

/** Every kind of metric by its type. */
export const metricKinds = new KindList<MetricKind>(
  // A kind only ever meets specifications of its own type.
  KINDS.map((kind) => kind as unknown as MetricKind),
);

/**
 * What a run keeps of a metric that a person gave: its name, or an object with a `type`.
 * @throws {NetworkError} of the place's code, with the path in it and what was expected
 */
export function resolveMetric(given: unknown, place: SpecPlace): MetricSpec {
  const named = typeof given === 'string' ? { type: given } : given;
  const { type } = parseSpec(v.looseObject({ type: v.string() }), named, place);
  const kind = metricKinds.find(type);
  if (kind !== undefined) return parseSpec(kind.schema, named, place) as MetricSpec;
  throw badSpec(
    place,
    'type',
    `expected one of ${metricKinds.types.join(', ')}, found ${JSON.stringify(type)}`,
  );
}

const METRICS = { code: 'bad-metric', path: 'metrics' } as const;

/**
 * A list of metrics, none of them twice.
 * @throws {NetworkError} `bad-metric`
 */
export function resolveMetrics(given: unknown): readonly MetricSpec[] {
  const list = parseSpec(v.pipe(v.array(v.unknown()), v.maxLength(32)), given, METRICS);
  const specs = list.map((each, index) => resolveMetric(each, { ...METRICS, path: `metrics.${index}` }));
  const labels = specs.map(metricLabel);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice === undefined) return specs;
  throw badSpec(METRICS, '', `${twice} is there twice`);
}

/** What a metric goes by where several are shown: "top-5". */
export const metricLabel = (spec: MetricSpec): string => metricKinds.of(spec.type).label(spec);

/** What a metric has to know of some rows: leaf by leaf of `leafRows`, joined up the tree. */
export function tallyOf(spec: MetricSpec, at: MetricRows, leafRows: number): Float64Array {
  const kind = metricKinds.of(spec.type);
  const leaf = (index: number): MetricRows => {
    const [start, end] = [index * leafRows, Math.min(at.rows, (index + 1) * leafRows)];
    const range = (tensor: Float32Array): Float32Array => tensor.subarray(start * at.width, end * at.width);
    return { ...at, rows: end - start, outputs: range(at.outputs), targets: range(at.targets) };
  };
  return foldTree(
    leafCountOf(at.rows, leafRows),
    (index) => kind.tally(spec, leaf(index)),
    (left, right) => kind.join(left, right),
  );
}

/** The tallies of nodes that lie side by side, all of one size but the last, joined up the tree. */
export function joinTallies(spec: MetricSpec, tallies: readonly Float64Array[]): Float64Array {
  const kind = metricKinds.of(spec.type);
  return foldTree(
    tallies.length,
    (index) => tallies[index]!,
    (left, right) => kind.join(left, right),
  );
}

/** @param width outputs of a row @param target what the targets were */
export const metricValue = (
  spec: MetricSpec,
  tally: Float64Array,
  width: number,
  target: TargetKind,
): MetricValue => metricKinds.of(spec.type).value(spec, tally, width, target);

/** Why such rows cannot be judged by `spec`, and by what they can; nothing where they can. @param target classes where left out */
export function metricMisfit(spec: MetricSpec, target: TargetKind = 'classes'): string | undefined {
  const suits = (type: string): boolean => metricKinds.of(type).targets.includes(target);
  if (suits(spec.type)) return undefined;
  const { targets } = metricKinds.of(spec.type);
  return `${spec.type} judges ${targets.join(' and ')}, and the data has ${target}: take ${metricKinds.types.filter(suits).join(', ')}`;
}

/** What is shown of a run where nothing was asked for: of classes the accuracy alone, which always is. */
export const usualMetrics = (target: TargetKind = 'classes'): readonly MetricSpec[] =>
  USUAL[target].map((type) => resolveMetric(type, METRICS));

const USUAL: Readonly<Record<TargetKind, readonly MetricSpec['type'][]>> = {
  classes: [],
  labels: ['binary-accuracy', 'f1', 'roc-auc'],
  numbers: ['mae', 'rmse', 'r2'],
};
