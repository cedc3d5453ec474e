import * as v from 'valibot';
import type { Kind } from '../kinds/kind-list.ts';
import { averagedOver, classCountsOf, classTallyOf, scoreOf, type ClassCounts } from './class-scores.ts';
import { joinBySums, type MetricKind } from './metric.ts';
import { weightedMean } from './weighted-mean.ts';

/**
 * How the scores of classes, or of labels, become one: all alike (macro), by their rows (weighted), or of all rows counted together
 * (micro). A class that is neither there nor predicted is left out, a label is not, and a score of nothing is 0, as scikit-learn has all
 * three.
 */
export type Average = 'macro' | 'micro' | 'weighted';

/** A metric of each class, averaged. */
export interface Averaged<Type extends string> extends Kind {
  readonly type: Type;
  readonly average: Average;
}

/** The kind of metric that gives a class the score `score`, a quotient. */
export const averagedKind = <Type extends string>(
  type: Type,
  score: (counts: ClassCounts) => readonly [above: number, below: number],
): MetricKind<Averaged<Type>> => ({
  type,
  schema: v.strictObject({
    type: v.literal(type),
    average: v.optional(v.picklist(['macro', 'micro', 'weighted']), 'macro'),
  }),
  targets: ['classes', 'labels'],
  best: 'highest',
  label: ({ average }) => `${type} (${average})`,
  tally: (_spec, at) => classTallyOf(at),
  join: joinBySums,
  value: ({ average }, tally, _width, target) => {
    const classes = averagedOver(classCountsOf(tally), ({ support }) => support, target);
    if (average === 'micro') return scoreOf(score(classes.reduce(together, NOTHING)));
    const weightOf = ({ support }: ClassCounts): number => (average === 'macro' ? 1 : support);
    return weightedMean(classes, (counts) => scoreOf(score(counts)), weightOf, 0);
  },
});

const NOTHING: ClassCounts = { right: 0, called: 0, support: 0 };

const together = (a: ClassCounts, b: ClassCounts): ClassCounts => ({
  right: a.right + b.right,
  called: a.called + b.called,
  support: a.support + b.support,
});
