import type { TargetKind } from '@lockstep/data';
import { averagedOver, type ClassScore } from './class-scores.ts';
import { weightedMean } from './weighted-mean.ts';

/** More classes than this are shown on request alone. */
const MOST_SHOWN = 20;

/** As many are shown where there are more. */
const WORST_SHOWN = 10;

/** What a table is of. */
export interface ClassTableOf {
  /** What the rows are to come to; classes where left out. */
  readonly target?: TargetKind | undefined;
  /** Whether every class is shown; left out, of many those with the lowest F1. */
  readonly isWhole?: boolean;
}

/**
 * For people: a heading, a line for each class or label, two averages, and which scores are of nothing.
 * @param scores nothing is shown where they are left out, or none
 */
export function classTable(
  scores: readonly ClassScore[] | undefined,
  { target = 'classes', isWhole = false }: ClassTableOf = {},
): readonly string[] {
  if (scores === undefined || scores.length === 0) return [];
  const all = scores.map((score, index) => ({ name: String(index), ...score }));
  const isCut = !isWhole && scores.length > MOST_SHOWN;
  const shown = isCut ? [...all].sort((a, b) => a.f1 - b.f1).slice(0, WORST_SHOWN) : all;
  return [
    line([target === 'labels' ? 'label' : 'class', 'precision', 'recall', 'f1', 'rows']),
    ...[...shown, ...averagesOf(scores, target)].map(({ name, precision, recall, f1, rows }) =>
      line([name, ...[precision, recall, f1].map((score) => score.toFixed(4)), String(rows)]),
    ),
    ...(isCut
      ? [`  the ${WORST_SHOWN} ${target} of ${scores.length} with the lowest f1; evaluate shows all of them`]
      : []),
    ...remark(`${target} that no row was called, whose precision is of nothing`, all, ({ called }) => called),
    ...remark(`${target} that no row is of, whose recall is of nothing`, all, ({ rows }) => rows),
  ];
}

type NamedScore = Omit<ClassScore, 'called'> & { readonly name: string };

/** All alike, and by their rows. */
function averagesOf(scores: readonly ClassScore[], target: TargetKind): readonly NamedScore[] {
  const met = averagedOver(scores, ({ rows }) => rows, target);
  const average = (name: string, weightOf: (score: ClassScore) => number): NamedScore => {
    const of = (key: 'precision' | 'recall' | 'f1'): number =>
      weightedMean(met, (score) => score[key], weightOf, 0);
    const rows = met.reduce((sum, score) => sum + score.rows, 0);
    return { name, precision: of('precision'), recall: of('recall'), f1: of('f1'), rows };
  };
  return [average('macro avg', () => 1), average('weighted avg', ({ rows }) => rows)];
}

/** Names the classes that have none of something. */
function remark(
  what: string,
  all: readonly (ClassScore & { readonly name: string })[],
  countOf: (score: ClassScore) => number,
): readonly string[] {
  const names = all.filter((score) => countOf(score) === 0).map(({ name }) => name);
  if (names.length === 0) return [];
  const others = names.length > WORST_SHOWN ? ` and ${names.length - WORST_SHOWN} more` : '';
  return [`  scored 0, ${what}: ${names.slice(0, WORST_SHOWN).join(', ')}${others}`];
}

const line = ([name, ...cells]: readonly string[]): string =>
  `  ${name!.padEnd(12)}${cells.map((cell) => cell.padStart(11)).join('')}`;
