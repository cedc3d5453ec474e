import * as v from 'valibot';
import { classCountsOf, confusionOf } from './confusion.ts';
import { joinBySums, type MetricKind, type MetricValue } from './metric.ts';

/** Of each class a row: precision, recall, F1, and how many rows are of it; a score of nothing is 0, as scikit-learn has it. */
export interface ClassReport {
  readonly type: 'class-report';
}

export const classReport: MetricKind<ClassReport> = {
  type: 'class-report',
  schema: v.strictObject({ type: v.literal('class-report') }),
  target: 'class',
  best: undefined,
  label: () => CLASS_REPORT_LABEL,
  tally: (_spec, at) => confusionOf(at),
  join: joinBySums,
  value: (_spec, counts, width) =>
    classCountsOf(counts, width).map(({ right, called, support }) => [
      part(right, called),
      part(right, support),
      part(2 * right, called + support),
      support,
    ]),
};

/** What it goes by. */
const CLASS_REPORT_LABEL = 'class report';

const part = (above: number, below: number): number => (below === 0 ? 0 : above / below);

/** A line for each class below a heading, where a report by class is among the metrics; none elsewhere. */
export function classReportTable({
  [CLASS_REPORT_LABEL]: rows,
}: Readonly<Record<string, MetricValue>> = {}): readonly string[] {
  if (rows === undefined || typeof rows === 'number') return [];
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(8) : cell.padStart(11))).join('')}`;
  return [
    line(['class', 'precision', 'recall', 'f1', 'rows']),
    ...rows.map(([precision, recall, f1, support], index) =>
      line([String(index), ...[precision!, recall!, f1!].map((score) => score.toFixed(4)), String(support)]),
    ),
  ];
}
