import * as v from 'valibot';
import type { Kind } from '../kinds/kind-list.ts';
import { classCountsOf, confusionOf, type ClassCounts } from './confusion.ts';
import { joinBySums, type MetricKind } from './metric.ts';

/**
 * How the scores of classes become one: all alike (macro), by their rows (weighted), or of all rows counted together (micro). A class
 * that is neither there nor predicted is left out, and a score of nothing is 0, as scikit-learn has both.
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
  target: 'class',
  best: 'highest',
  label: ({ average }) => `${type} (${average})`,
  tally: (_spec, at) => confusionOf(at),
  join: joinBySums,
  value: ({ average }, tally, width) => {
    const classes = classCountsOf(tally, width).filter(({ called, support }) => called > 0 || support > 0);
    if (average === 'micro') return quotient(score(classes.reduce(together, NOTHING)));
    const weightOf = ({ support }: ClassCounts): number => (average === 'macro' ? 1 : support);
    const total = classes.reduce((sum, counts) => sum + weightOf(counts), 0);
    return classes.reduce((sum, counts) => sum + weightOf(counts) * quotient(score(counts)), 0) / total;
  },
});

const NOTHING: ClassCounts = { right: 0, called: 0, support: 0 };

const together = (a: ClassCounts, b: ClassCounts): ClassCounts => ({
  right: a.right + b.right,
  called: a.called + b.called,
  support: a.support + b.support,
});

const quotient = ([above, below]: readonly [number, number]): number => (below === 0 ? 0 : above / below);
