import type { SimulationReport } from '@lockstep/simulation';
import { describe, expect, it } from 'vitest';
import { Tally } from './tally.ts';

const report = (seed: number, changes: Partial<SimulationReport> = {}): SimulationReport => ({
  seed,
  failures: [],
  commits: 20,
  terms: 2,
  faults: { 'black-hole': 1 },
  virtualSeconds: 1800,
  ...changes,
});

describe('Tally', () => {
  it('adds up seeds, steps and faults, and says how fast it was', () => {
    const tally = new Tally();
    tally.add(report(1));
    tally.add(report(2, { faults: { 'black-hole': 2, 'disk-full': 1 } }));
    expect(tally.summary({ cpu: 0.1, clock: 0.2 })).toBe(
      [
        '2 seeds, 0 failed; 1200 seeds a minute of one core, 600 by the clock',
        '40 steps committed in 4 starts of a coordinator, 1.0 virtual hours',
        '4 faults of 2 kinds:',
        '         3 black-hole',
        '         1 disk-full',
      ].join('\n'),
    );
    expect(tally.results()).toMatchObject({ numPassedTests: 1, numFailedTests: 0 });
  });

  it('names failed seeds with the command that repeats them', () => {
    const tally = new Tally();
    tally.add(report(1));
    tally.add(report(5, { failures: ['w1 does not come back', 'and more'] }));
    expect(tally.failed).toBe(1);
    expect(tally.results()).toMatchObject({
      numPassedTests: 0,
      numFailedTests: 1,
      testResults: [
        {
          status: 'failed',
          assertionResults: [
            {
              fullName: 'seed 5: w1 does not come back (repeat it: npm run simulate -- --seed 5 --trace)',
              status: 'failed',
            },
          ],
        },
      ],
    });
  });
});
