import { units } from './benchmark-case.ts';
import type { CaseReport, ContenderReport, Report } from './report.ts';
import type { RequirementReport } from './requirement.ts';

/** Where and with what the figures were measured, as text. */
export function headingOf({ date, machine, versions, rounds }: Omit<Report, 'cases' | 'settings'>): string {
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}`,
    `${software.join(', ')}; ${date}; rounds: ${rounds}`,
  ].join('\n');
}

/** The figures of a case, as a table for people. */
export function tableOf({
  name,
  unit,
  baseline,
  contenders,
  absent,
  requirements,
  line,
}: CaseReport): string {
  return [
    `${name} (${unit}, ${units[unit]} is better)`,
    ...rowsOf(baseline, contenders),
    ...absent.map(({ contender, reason }) => `  ${contender}: not measured: ${reason}`),
    ...(line === undefined
      ? []
      : [
          `  ${formatFigure(line.slope)} ${unit} for each of ${line.over}, and ${formatFigure(line.intercept)} at none`,
          lineOf(line.requirement),
        ]),
    ...requirements.map(lineOf),
  ].join('\n');
}

function rowsOf(baseline: string, contenders: readonly ContenderReport[]): readonly string[] {
  const hasRatio = contenders.length > 1 && contenders.some(({ timesAsFast }) => timesAsFast !== undefined);
  const titles = [...new Set(contenders.flatMap(({ extra }) => Object.keys(extra)))];
  const head = [
    ...['', 'median', 'least', 'most'],
    ...(hasRatio ? [`speed against ${baseline}`] : []),
    ...titles,
  ];
  const rows = contenders.map((row) => [
    row.contender,
    ...[row.median, row.least, row.most].map(formatFigure),
    ...(hasRatio ? [`${formatFigure(row.timesAsFast ?? NaN)} x`] : []),
    ...titles.map((title) => formatFigure(row.extra[title] ?? NaN)),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const aligned = (cells: readonly string[], detail = ''): string =>
    `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}${detail}`;
  return [
    aligned(head),
    ...rows.map((row, i) => {
      const { detail } = contenders[i]!;
      return aligned(row, detail === undefined ? '' : `  ${detail}`);
    }),
  ];
}

function lineOf({ text, isAim, measured, isMet }: RequirementReport): string {
  const outcome =
    measured === undefined
      ? 'not measured'
      : `${isMet ? 'met' : isAim ? 'not reached' : 'MISSED'} (${formatFigure(measured)})`;
  return `  ${isAim ? 'aim' : 'required'}: ${text}: ${outcome}`;
}

/** Three significant digits, never an exponent. */
export const formatFigure = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
};
