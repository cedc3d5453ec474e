import type { Row } from './verdict.ts';

const DIGITS = 12;

/** The columns of a row. */
const cellsOf = ({ title, thread, backend, digest, verdict, detail }: Row): string[] => [
  title,
  [thread, backend].filter(Boolean).join(': '),
  digest?.slice(0, DIGITS) ?? '-',
  detail === '' ? verdict : `${verdict}: ${detail}`,
];

const HEAD = ['engine', 'backend', 'digest', 'verdict'];

/** The widths of the columns but the last, so that rows can be printed as they come. */
const WIDTHS = [46, 34, DIGITS];

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd();

export const headLine = (): string => line(HEAD);

export const lineOf = (row: Row): string => line(cellsOf(row));

/** What it comes to: how many were equal, not equal, not run. */
export function totalsLine(rows: readonly Row[]): string {
  const count = (verdict: Row['verdict']): number => rows.filter((row) => row.verdict === verdict).length;
  return `${count('equal')} equal, ${count('NOT EQUAL')} not equal, ${count('not run')} not run`;
}
