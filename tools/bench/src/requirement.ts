import type { BenchmarkCase, Requirement, Unit } from './benchmark-case.ts';
import type { Samples } from './runner.ts';
import { lineThrough, median, pairedRatio, type Line } from './statistics.ts';

/** What came of a requirement. */
export interface RequirementReport {
  /** What must hold, as a sentence. */
  readonly text: string;
  readonly isAim: boolean;
  /** What was measured; undefined where a contender was not there. */
  readonly measured?: number;
  readonly isMet?: boolean;
}

/** Looks at each requirement of a case. */
export const reportRequirements = (
  { requirements = [], unit }: BenchmarkCase,
  samples: readonly Samples[],
): readonly RequirementReport[] =>
  requirements.map((requirement) => {
    const measured = figureOf(requirement, unit, samples);
    const about = { text: sentenceOf(requirement, unit), isAim: requirement.isAim ?? false };
    if (measured === undefined) return about;
    const isMet =
      requirement.kind === 'speed' ? measured >= requirement.atLeast : measured <= requirement.atMost;
    return { ...about, measured, isMet };
  });

function figureOf(requirement: Requirement, unit: Unit, samples: readonly Samples[]): number | undefined {
  const valuesOf = (name: string) => samples.find(({ contender }) => contender === name)?.values;
  const values = valuesOf(requirement.contender);
  if (values === undefined) return undefined;
  if (requirement.kind === 'figure') return median(values);
  const others = valuesOf(requirement.against);
  if (others === undefined) return undefined;
  return requirement.kind === 'speed' ? pairedRatio(values, others, unit) : pairedRatio(others, values, unit);
}

function sentenceOf(requirement: Requirement, unit: Unit): string {
  const { contender } = requirement;
  switch (requirement.kind) {
    case 'speed':
      return `${contender} at least ${requirement.atLeast} times as fast as ${requirement.against}`;
    case 'time':
      return `${contender} at most ${requirement.atMost} of the time of ${requirement.against}`;
    case 'figure':
      return `${contender} at most ${requirement.atMost} ${unit}`;
  }
}

/** What came of the line through a case's figures. */
export interface LineReport extends Line {
  readonly over: string;
  readonly requirement: RequirementReport;
}

/** Undefined where fewer than three contenders have the figure that the line runs over. */
export function reportLine(
  { line, unit }: BenchmarkCase,
  samples: readonly Samples[],
): LineReport | undefined {
  if (line === undefined) return undefined;
  const points = samples.flatMap(({ contender, values, extra }) => {
    const x = extra[line.over];
    return x === undefined ? [] : [{ contender, x: median(x), y: median(values) }];
  });
  const last = points.at(-1);
  if (last === undefined || points.length < 3) return undefined;
  const others = lineThrough(points.slice(0, -1));
  const measured = last.y / (others.intercept + others.slope * last.x);
  const text = `${last.contender} at most ${line.atMost} times what the line through the others says (${unit} over ${line.over})`;
  return {
    over: line.over,
    ...lineThrough(points),
    requirement: { text, isAim: false, measured, isMet: measured <= line.atMost },
  };
}
