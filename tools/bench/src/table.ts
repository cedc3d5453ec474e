import { units } from './benchmark-case.ts';
import type { CaseReport, Report } from './report.ts';

/** Where and with what the figures were measured, as text. */
export function headingOf({ date, machine, versions, rounds }: Omit<Report, 'cases'>): string {
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}`,
    `${software.join(', ')}; ${date}; rounds: ${rounds}`,
  ].join('\n');
}

/** The figures of a case, as a table for people. */
export function tableOf({ name, unit, baseline, contenders, requirement }: CaseReport): string {
  const hasRatio = contenders.length > 1 && contenders.some(({ timesAsFast }) => timesAsFast !== undefined);
  const rows = contenders.map((row) => [
    row.contender,
    ...[row.median, row.least, row.most].map(formatFigure),
    ...(hasRatio ? [`${formatFigure(row.timesAsFast ?? NaN)} x`] : []),
  ]);
  const head = ['', 'median', 'least', 'most', ...(hasRatio ? [`speed against ${baseline}`] : [])];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`;
  return [
    `${name} (${unit}, ${units[unit]} is better)`,
    line(head),
    ...rows.map(line),
    ...(requirement === undefined
      ? []
      : [
          `  required: ${requirement.contender} at least ${requirement.atLeast} times as fast as ${baseline}: ` +
            `${requirement.isMet ? 'met' : 'MISSED'} (${formatFigure(requirement.timesAsFast)})`,
        ]),
  ].join('\n');
}

/** Three significant digits, never an exponent. */
export const formatFigure = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
};
