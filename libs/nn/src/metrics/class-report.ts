import * as v from 'valibot';
import { classScoresOf, classTallyOf } from './class-scores.ts';
import { joinBySums, type MetricKind } from './metric.ts';

/** Of each class, or label, a row: precision, recall, F1, and how many rows are of it; a score of nothing is 0, as scikit-learn has it. */
export interface ClassReport {
  readonly type: 'class-report';
}

export const classReport: MetricKind<ClassReport> = {
  type: 'class-report',
  schema: v.strictObject({ type: v.literal('class-report') }),
  targets: ['classes', 'labels'],
  best: undefined,
  label: () => 'class report',
  tally: (_spec, at) => classTallyOf(at),
  join: joinBySums,
  value: (_spec, tally) =>
    classScoresOf(tally).map(({ precision, recall, f1, rows }) => [precision, recall, f1, rows]),
};
