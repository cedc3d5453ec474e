import type { FinishedFigures } from '@lockstep/config';

/** A run that ended, among those of several seeds. */
export interface SeedRun extends FinishedFigures {
  readonly seed: number;
}

/** Mean and deviation of one figure over runs. */
export interface FigureStatistics {
  readonly mean: number;
  /** The sample's: over n - 1, as one estimates that of all seeds; undefined for a single run. */
  readonly sampleDeviation?: number;
}

/** Every figure that all of `runs` have, by its name: accuracy, loss, and what else was asked for and is a number. */
export function statisticsOf(runs: readonly SeedRun[]): Readonly<Record<string, FigureStatistics>> {
  const names = Object.keys(figuresOf(runs[0]!));
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = runs.map((run) => figuresOf(run)[name]);
      return values.every((value) => value !== undefined) ? [[name, statistics(values)]] : [];
    }),
  );
}

/** The figures of a run by their names. */
function figuresOf({ testAccuracy, testLoss, testMetrics = {} }: SeedRun): Readonly<Record<string, number>> {
  const others = Object.entries(testMetrics).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, value] as const] : [],
  );
  return {
    ...(testAccuracy !== undefined && { 'test accuracy': testAccuracy }),
    'test loss': testLoss,
    ...Object.fromEntries(others),
  };
}

function statistics(values: readonly number[]): FigureStatistics {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sampleDeviation: Math.sqrt(squares / (values.length - 1)) };
}

/** For people: a line a run, then mean and deviation. */
export function seedTable(runs: readonly SeedRun[]): string {
  const all = statisticsOf(runs);
  const names = Object.keys(all);
  const numbers = (of: (name: string) => number | undefined): string[] =>
    names.map((name) => of(name)?.toFixed(6) ?? '-');
  const rows = [
    ['seed', ...names, 'folder'],
    ...runs.map((run) => [String(run.seed), ...numbers((name) => figuresOf(run)[name]), run.out]),
    ['mean', ...numbers((name) => all[name]!.mean), ''],
    ['standard deviation (of the sample, n - 1)', ...numbers((name) => all[name]!.sampleDeviation), ''],
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd() + '\n',
    )
    .join('');
}
