import { describe, expect, it } from 'vitest';
import type { BenchmarkCase } from './benchmark-case.ts';
import { isMissed, reportCase } from './report.ts';
import { formatFigure, headingOf, tableOf } from './table.ts';

const open = () => Promise.reject(new Error('never opened here'));
const benchmark: BenchmarkCase = {
  name: 'a step',
  unit: 'ms/step',
  contenders: [
    { name: 'peer', peer: 'tf.js', open },
    { name: 'ours', open },
  ],
  baseline: 'peer',
  requirements: [{ kind: 'speed', contender: 'ours', against: 'peer', atLeast: 5 }],
};
const peer = { contender: 'peer', values: [100, 120, 500], extra: {} };
const ours = { contender: 'ours', detail: 'wasm simd128', values: [20, 15, 25], extra: {} };
const absent = [{ contender: 'native', reason: 'no compiler' }];

describe('reportCase', () => {
  it('condenses the samples and compares them round by round', () => {
    const report = reportCase(benchmark, { samples: [peer, ours], absent });
    expect(report.contenders).toEqual([
      {
        ...{ contender: 'peer', median: 120, least: 100, most: 500, timesAsFast: 1 },
        samples: peer.values,
        extra: {},
      },
      {
        ...{ contender: 'ours', detail: 'wasm simd128', median: 20, least: 15, most: 25, timesAsFast: 8 },
        ...{ samples: ours.values, extra: {} },
      },
    ]);
    expect(report.requirements).toMatchObject([{ measured: 8, isMet: true }]);
    expect(report.absent).toEqual(absent);
  });

  it('takes the median of further figures, each by itself', () => {
    const extra = { 'MB moved': [4, 4, 5], 'peak MB': [90, 110, 100] };
    const report = reportCase(benchmark, { samples: [{ ...peer, extra }], absent: [] });
    expect(report.contenders[0]!.extra).toEqual({ 'MB moved': 4, 'peak MB': 100 });
  });

  it('says nothing about a ratio without the baseline', () => {
    const report = reportCase(benchmark, { samples: [ours], absent: [] });
    expect(report.contenders[0]).not.toHaveProperty('timesAsFast');
  });
});

describe('isMissed', () => {
  const slow = { ...ours, values: [50, 60, 250] };
  const samples = [peer, slow];

  it('is so when a requirement is not met', () => {
    expect(isMissed(reportCase(benchmark, { samples, absent: [] }))).toBe(true);
    expect(isMissed(reportCase(benchmark, { samples: [peer, ours], absent: [] }))).toBe(false);
  });

  it('is not so for what is only aimed at, and what was not measured', () => {
    const requirements = benchmark.requirements!.map((requirement) => ({
      ...requirement,
      isAim: true as const,
    }));
    expect(isMissed(reportCase({ ...benchmark, requirements }, { samples, absent: [] }))).toBe(false);
    expect(isMissed(reportCase(benchmark, { samples: [slow], absent: [] }))).toBe(false);
  });

  it('is so when the figures grow faster than the line allows', () => {
    const growing = [1, 2, 4].map((x) => ({
      contender: `${x}`,
      values: [x * x],
      extra: { 'MB moved': [x] },
    }));
    const grown: BenchmarkCase = {
      ...benchmark,
      requirements: [],
      baseline: '1',
      line: { over: 'MB moved', atMost: 1.25 },
    };
    expect(isMissed(reportCase(grown, { samples: growing, absent: [] }))).toBe(true);
  });
});

describe('tableOf', () => {
  it('lines up the figures under their titles and ends with the requirement', () => {
    const samples = [{ ...peer, extra: { 'peak MB': [1, 2, 3] } }, ours];
    expect(tableOf(reportCase(benchmark, { samples, absent }))).toBe(
      [
        'a step (ms/step, lower is better)',
        '        median  least  most  speed against peer  peak MB',
        '  peer     120    100   500                 1 x        2',
        '  ours      20     15    25                 8 x        -  wasm simd128',
        '  native: not measured: no compiler',
        '  required: ours at least 5 times as fast as peer: met (8)',
      ].join('\n'),
    );
  });

  it('has no column of ratios for a contender alone, and says which requirement it could not look at', () => {
    expect(tableOf(reportCase(benchmark, { samples: [{ ...ours, values: [20] }], absent: [] }))).toBe(
      [
        'a step (ms/step, lower is better)',
        '        median  least  most',
        '  ours      20     20    20  wasm simd128',
        '  required: ours at least 5 times as fast as peer: not measured',
      ].join('\n'),
    );
  });
});

describe('headingOf', () => {
  it('names the processor, its cores, Node and every version', () => {
    const heading = headingOf({
      date: '2030-01-02T03:04:05.000Z',
      machine: { processor: 'Some CPU', cores: 2, system: 'Linux 6 x64', node: '20.20.2' },
      versions: { lockstep: '0.1.0', 'tf.js': '4.22.0' },
      rounds: 5,
    });
    expect(heading).toBe(
      'Some CPU, 2 cores, Linux 6 x64, Node 20.20.2\n' +
        'lockstep 0.1.0, tf.js 4.22.0; 2030-01-02T03:04:05.000Z; rounds: 5',
    );
  });
});

describe('formatFigure', () => {
  it.each([
    [37644.6, '37645'],
    [189.4, '189'],
    [21.157, '21.2'],
    [0.07943, '0.0794'],
    [5, '5'],
    [NaN, '-'],
  ])('writes %d as %s', (value, text) => {
    expect(formatFigure(value)).toBe(text);
  });
});
