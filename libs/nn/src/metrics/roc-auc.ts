import * as v from 'valibot';
import { classCountOf, classOf } from './classes.ts';
import { joinByRows, type MetricKind, type MetricRows } from './metric.ts';
import { weightedMean } from './weighted-mean.ts';

/**
 * The area under the curve of the share of rows found against that of false alarms: how often a row of a class has a higher score for it
 * than a row of another, equal ones counted half. Exact (Mann and Whitney 1947), from the scores of all rows, which its tally keeps. The
 * score is the output as it is; with two outputs their difference. Of several classes each against the rest, and of labels each for itself, those
 * left out that no row or every row is of; NaN where none is left or a score is not a number.
 */
export interface RocAuc {
  readonly type: 'roc-auc';
  readonly average: 'macro' | 'weighted';
}

export const rocAuc: MetricKind<RocAuc> = {
  type: 'roc-auc',
  schema: v.strictObject({
    type: v.literal('roc-auc'),
    average: v.optional(v.picklist(['macro', 'weighted']), 'macro'),
  }),
  targets: ['classes', 'labels'],
  best: 'highest',
  label: () => 'roc-auc',
  // Row by row: its class, then its scores; or its labels, then its scores.
  tally: (_spec, at) => {
    if (at.target === 'labels') return labelTallyOf(at);
    const { outputs, rows, width } = at;
    const scores = scoreCountOf(width);
    const kept = new Float64Array(rows * (1 + scores));
    for (let row = 0; row < rows; row++) {
      const place = row * (1 + scores);
      kept[place] = classOf(at, row);
      if (width === 2) kept[place + 1] = outputs[2 * row + 1]! - outputs[2 * row]!;
      else kept.set(outputs.subarray(row * width, (row + 1) * width), place + 1);
    }
    return kept;
  },
  join: joinByRows,
  value: ({ average }, kept, width, target) => {
    if (target === 'labels') return averageOf(labelAreasOf(kept, width), average);
    const scores = scoreCountOf(width);
    const rows = kept.length / (1 + scores);
    const classes = Array.from({ length: rows }, (_, row) => kept[row * (1 + scores)]!);
    const areaOf = (score: number, positive: number): Area => {
      const values = Float64Array.from({ length: rows }, (_, row) => kept[row * (1 + scores) + 1 + score]!);
      return areaUnder(
        values,
        classes.map((c) => c === positive),
      );
    };
    if (classCountOf(width) === 2) return areaOf(0, 1)[0];
    const areas = Array.from({ length: width }, (_, c) => areaOf(c, c)).filter(
      ([, support]) => support > 0 && support < rows,
    );
    return averageOf(areas, average);
  },
};

type Area = readonly [area: number, support: number];

function averageOf(areas: readonly Area[], average: RocAuc['average']): number {
  const weightOf = ([, support]: Area): number => (average === 'macro' ? 1 : support);
  return weightedMean(areas, ([area]) => area, weightOf, NaN);
}

function labelTallyOf({ targets, outputs, rows, width }: MetricRows): Float64Array {
  const kept = new Float64Array(2 * rows * width);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [row * width, (row + 1) * width];
    kept.set(targets.subarray(start, end), 2 * start);
    kept.set(outputs.subarray(start, end), 2 * start + width);
  }
  return kept;
}

/** Of each label that is true of some rows and not of all. */
function labelAreasOf(kept: Float64Array, width: number): readonly Area[] {
  const rows = kept.length / (2 * width);
  const column = (at: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => kept[2 * row * width + at]!);
  return Array.from({ length: width }, (_, label) => {
    const isPositive = Array.from(column(label), (value) => value > 0.5);
    return areaUnder(column(width + label), isPositive);
  }).filter(([, support]) => support > 0 && support < rows);
}

/** Scores of a row. */
const scoreCountOf = (width: number): number => (width === 2 ? 1 : width);

/** The area, NaN where it is not defined, and how many are positive. Ranks and their sums are whole or halves, and exact. */
function areaUnder(scores: Float64Array, isPositive: readonly boolean[]): Area {
  const positives = isPositive.filter(Boolean).length;
  if (scores.some(Number.isNaN)) return [NaN, positives];
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let rankSum = 0;
  for (let first = 0; first < order.length;) {
    let end = first;
    let found = 0;
    for (; end < order.length && scores[order[end]!] === scores[order[first]!]; end++) {
      if (isPositive[order[end]!]!) found++;
    }
    // Ranks from 1; equal scores share the mean of theirs.
    rankSum += found * ((first + 1 + end) / 2);
    first = end;
  }
  const above = rankSum - (positives * (positives + 1)) / 2;
  return [above / (positives * (scores.length - positives)), positives];
}
