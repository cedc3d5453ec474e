import type { ClassScore } from './class-scores.ts';

/** More classes than this are shown on request alone. */
const MOST_SHOWN = 20;

/** As many are shown where there are more. */
const WORST_SHOWN = 10;

/**
 * For people: a heading, a line for each class, two averages, and which scores are of nothing.
 * @param scores nothing is shown where they are left out, or none
 * @param isWhole whether every class is shown; left out, of many those with the lowest F1
 */
export function classTable(scores: readonly ClassScore[] | undefined, isWhole = false): readonly string[] {
  if (scores === undefined || scores.length === 0) return [];
  const all = scores.map((score, index) => ({ name: String(index), ...score }));
  const isCut = !isWhole && scores.length > MOST_SHOWN;
  const shown = isCut ? [...all].sort((a, b) => a.f1 - b.f1).slice(0, WORST_SHOWN) : all;
  return [
    line(['class', 'precision', 'recall', 'f1', 'rows']),
    ...[...shown, ...averagesOf(scores)].map(({ name, precision, recall, f1, rows }) =>
      line([name, ...[precision, recall, f1].map((score) => score.toFixed(4)), String(rows)]),
    ),
    ...(isCut
      ? [`  the ${WORST_SHOWN} classes of ${scores.length} with the lowest f1; evaluate shows all of them`]
      : []),
    ...remark('no row was called, whose precision is of nothing', all, ({ called }) => called),
    ...remark('no row is of, whose recall is of nothing', all, ({ rows }) => rows),
  ];
}

type NamedScore = Omit<ClassScore, 'called'> & { readonly name: string };

/** Of the classes that are there or were called: all alike, and by their rows. */
function averagesOf(scores: readonly ClassScore[]): readonly NamedScore[] {
  const met = scores.filter(({ rows, called }) => rows > 0 || called > 0);
  const rowCount = met.reduce((sum, { rows }) => sum + rows, 0);
  const average = (name: string, weightOf: (score: ClassScore) => number): NamedScore => {
    const total = met.reduce((sum, score) => sum + weightOf(score), 0);
    const of = (key: 'precision' | 'recall' | 'f1'): number =>
      met.reduce((sum, score) => sum + weightOf(score) * score[key], 0) / total;
    return { name, precision: of('precision'), recall: of('recall'), f1: of('f1'), rows: rowCount };
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
  return [`  scored 0, classes that ${what}: ${names.slice(0, WORST_SHOWN).join(', ')}${others}`];
}

const line = ([name, ...cells]: readonly string[]): string =>
  `  ${name!.padEnd(12)}${cells.map((cell) => cell.padStart(11)).join('')}`;
