import { describe, expect, it } from 'vitest';
import type { BenchmarkCase, Requirement } from './benchmark-case.ts';
import { reportLine, reportRequirements } from './requirement.ts';
import type { Samples } from './runner.ts';

const caseOf = (unit: BenchmarkCase['unit'], ...requirements: Requirement[]): BenchmarkCase => ({
  name: 'work',
  unit,
  contenders: [],
  baseline: 'peer',
  requirements,
});
const samples: readonly Samples[] = [
  { contender: 'peer', values: [10, 100, 10], extra: {} },
  { contender: 'ours', values: [7, 70, 9], extra: {} },
];
const against = { contender: 'ours', against: 'peer' } as const;

describe('reportRequirements', () => {
  it('compares times as shares, round by round', () => {
    const [met, missed] = reportRequirements(
      caseOf('ms/step', { kind: 'time', ...against, atMost: 0.7 }, { kind: 'time', ...against, atMost: 0.6 }),
      samples,
    );
    expect(met).toEqual({
      text: 'ours at most 0.7 of the time of peer',
      isAim: false,
      measured: 0.7,
      isMet: true,
    });
    expect(missed).toMatchObject({ measured: 0.7, isMet: false });
  });

  it('compares speeds whichever way the unit counts', () => {
    const speed = { kind: 'speed', ...against, atLeast: 1 } as const;
    expect(reportRequirements(caseOf('GFLOP/s', speed), samples)[0]).toMatchObject({
      measured: 0.7,
      isMet: false,
    });
    expect(reportRequirements(caseOf('ms/step', speed), samples)[0]).toMatchObject({
      measured: 10 / 7,
      isMet: true,
    });
  });

  it('compares a figure with its bound, by the median', () => {
    const figure = { kind: 'figure', contender: 'ours', atMost: 8 } as const;
    expect(reportRequirements(caseOf('KB/step', figure), samples)[0]).toEqual({
      text: 'ours at most 8 KB/step',
      isAim: false,
      measured: 9,
      isMet: false,
    });
  });

  it('marks an aim, and says nothing about what was not measured', () => {
    const aim = { kind: 'time', ...against, atMost: 0.5, isAim: true } as const;
    expect(reportRequirements(caseOf('ms/step', aim), samples)[0]).toMatchObject({
      isAim: true,
      isMet: false,
    });
    expect(reportRequirements(caseOf('ms/step', aim), samples.slice(0, 1))[0]).toEqual({
      text: 'ours at most 0.5 of the time of peer',
      isAim: true,
    });
  });
});

describe('reportLine', () => {
  const linear = { ...caseOf('ms/step'), line: { over: 'MB', atMost: 1.25 } };
  const points = (...figures: [x: number, y: number][]): Samples[] =>
    figures.map(([x, y]) => ({ contender: `${x} MB`, values: [y], extra: { MB: [x] } }));

  it('gives the slope, and compares the last with the line through the others', () => {
    expect(reportLine(linear, points([1, 3], [2, 5], [10, 21]))).toEqual({
      over: 'MB',
      slope: 2,
      intercept: 1,
      requirement: {
        text: '10 MB at most 1.25 times what the line through the others says (ms/step over MB)',
        isAim: false,
        measured: 1,
        isMet: true,
      },
    });
    expect(reportLine(linear, points([1, 3], [2, 5], [10, 42]))?.requirement).toMatchObject({
      measured: 2,
      isMet: false,
    });
  });

  it('says nothing where no line was asked for, or too little was measured', () => {
    expect(reportLine(caseOf('ms/step'), points([1, 3], [2, 5], [10, 21]))).toBeUndefined();
    expect(reportLine(linear, points([1, 3], [2, 5]))).toBeUndefined();
    expect(reportLine(linear, samples)).toBeUndefined();
  });
});
