import type { BenchmarkCase, Unit } from './benchmark-case.ts';
import type { Machine } from './machine.ts';
import { reportLine, reportRequirements, type LineReport, type RequirementReport } from './requirement.ts';
import type { CaseSamples } from './runner.ts';
import type { Settings } from './settings.ts';
import { median, pairedRatio } from './statistics.ts';

/** The figures of one contender. */
export interface ContenderReport {
  readonly contender: string;
  /** What it ran on. */
  readonly detail?: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** How many times as fast as the baseline, the median over rounds; undefined where the baseline was not measured. */
  readonly timesAsFast?: number;
  /** Round by round. */
  readonly samples: readonly number[];
  /** Medians of further figures. */
  readonly extra: Readonly<Record<string, number>>;
}

export interface CaseReport {
  readonly name: string;
  readonly unit: Unit;
  readonly baseline: string;
  readonly contenders: readonly ContenderReport[];
  /** Contenders that do not run on this machine, and why. */
  readonly absent: readonly { readonly contender: string; readonly reason: string }[];
  readonly requirements: readonly RequirementReport[];
  readonly line?: LineReport;
}

/** What `--json` writes. */
export interface Report {
  /** ISO 8601, when the run began. */
  readonly date: string;
  readonly machine: Machine;
  /** Of Lockstep and of every peer measured. */
  readonly versions: Readonly<Record<string, string>>;
  /** How the peers were run, where they leave a choice. */
  readonly settings: Settings;
  readonly rounds: number;
  readonly cases: readonly CaseReport[];
}

/** Condenses what was measured of a case. */
export function reportCase(benchmark: BenchmarkCase, { samples, absent }: CaseSamples): CaseReport {
  const { name, unit, baseline } = benchmark;
  const base = samples.find(({ contender }) => contender === baseline);
  const line = reportLine(benchmark, samples);
  return {
    name,
    unit,
    baseline,
    contenders: samples.map(({ contender, detail, values, extra }) => ({
      contender,
      ...(detail !== undefined && { detail }),
      median: median(values),
      least: Math.min(...values),
      most: Math.max(...values),
      ...(base && { timesAsFast: pairedRatio(values, base.values, unit) }),
      samples: values,
      extra: Object.fromEntries(Object.entries(extra).map(([title, figures]) => [title, median(figures)])),
    })),
    absent,
    requirements: reportRequirements(benchmark, samples),
    ...(line !== undefined && { line }),
  };
}

/** Everything that must hold of a case, without what is only aimed at. */
export const isMissed = ({ requirements, line }: CaseReport): boolean =>
  [...requirements, ...(line === undefined ? [] : [line.requirement])].some(
    ({ isAim, isMet }) => !isAim && isMet === false,
  );
