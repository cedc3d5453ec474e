import type { BenchmarkCase, Unit } from './benchmark-case.ts';
import type { Machine } from './machine.ts';
import type { Samples } from './runner.ts';
import { median, pairedRatio } from './statistics.ts';

/** The figures of one contender. */
export interface ContenderReport {
  readonly contender: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** How many times as fast as the baseline, the median over rounds; undefined where the baseline was not measured. */
  readonly timesAsFast?: number;
  /** Round by round. */
  readonly samples: readonly number[];
}

export interface RequirementReport {
  readonly contender: string;
  readonly atLeast: number;
  readonly timesAsFast: number;
  readonly isMet: boolean;
}

export interface CaseReport {
  readonly name: string;
  readonly unit: Unit;
  readonly baseline: string;
  readonly contenders: readonly ContenderReport[];
  readonly requirement?: RequirementReport;
}

/** What `--json` writes. */
export interface Report {
  /** ISO 8601, when the run began. */
  readonly date: string;
  readonly machine: Machine;
  /** Of Lockstep and of every peer measured. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly cases: readonly CaseReport[];
}

/** Condenses what was measured of a case. */
export function reportCase(
  { name, unit, baseline, requirement }: BenchmarkCase,
  samples: readonly Samples[],
): CaseReport {
  const base = samples.find(({ contender }) => contender === baseline);
  const contenders = samples.map(({ contender, values }) => ({
    contender,
    median: median(values),
    least: Math.min(...values),
    most: Math.max(...values),
    ...(base && { timesAsFast: pairedRatio(values, base.values, unit) }),
    samples: values,
  }));
  const ratio = contenders.find(({ contender }) => contender === requirement?.contender)?.timesAsFast;
  return {
    name,
    unit,
    baseline,
    contenders,
    ...(requirement !== undefined &&
      ratio !== undefined && {
        requirement: { ...requirement, timesAsFast: ratio, isMet: ratio >= requirement.atLeast },
      }),
  };
}
