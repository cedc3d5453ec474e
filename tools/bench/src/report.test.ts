import { describe, expect, it } from 'vitest';
import type { BenchmarkCase } from './benchmark-case.ts';
import { reportCase } from './report.ts';
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
  requirement: { contender: 'ours', atLeast: 5 },
};
const peer = { contender: 'peer', values: [100, 120, 500] };
const ours = { contender: 'ours', values: [20, 15, 25] };

describe('reportCase', () => {
  it('condenses the samples and compares them round by round', () => {
    const report = reportCase(benchmark, [peer, ours]);
    expect(report.contenders).toEqual([
      { contender: 'peer', median: 120, least: 100, most: 500, timesAsFast: 1, samples: peer.values },
      { contender: 'ours', median: 20, least: 15, most: 25, timesAsFast: 8, samples: ours.values },
    ]);
    expect(report.requirement).toEqual({ contender: 'ours', atLeast: 5, timesAsFast: 8, isMet: true });
  });

  it('says when the requirement is missed', () => {
    const slow = { contender: 'ours', values: [50, 60, 250] };
    expect(reportCase(benchmark, [peer, slow]).requirement).toMatchObject({ timesAsFast: 2, isMet: false });
  });

  it('says nothing about a requirement or a ratio without the baseline', () => {
    const report = reportCase(benchmark, [ours]);
    expect(report.requirement).toBeUndefined();
    expect(report.contenders[0]).not.toHaveProperty('timesAsFast');
  });
});

describe('tableOf', () => {
  it('lines up the figures under their titles and ends with the requirement', () => {
    expect(tableOf(reportCase(benchmark, [peer, ours]))).toBe(
      [
        'a step (ms/step, lower is better)',
        '        median  least  most  speed against peer',
        '  peer     120    100   500                 1 x',
        '  ours      20     15    25                 8 x',
        '  required: ours at least 5 times as fast as peer: met (8)',
      ].join('\n'),
    );
  });

  it('has no column of ratios for a contender alone', () => {
    expect(tableOf(reportCase(benchmark, [ours]))).toBe(
      [
        'a step (ms/step, lower is better)',
        '        median  least  most',
        '  ours      20     15    25',
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
