import type { StandbyReason } from '@lockstep/protocol';
import { describe, expect, it } from 'vitest';
import { describeStandby } from './describe-standby.ts';

const standby = { type: 'standby', term: 1, step: 2, neededMicros: 411_260, stepMicros: 5940 } as const;

describe('a worker that stands by', () => {
  it('is told how long it would need and how long the others do', () => {
    const text = describeStandby({ ...standby, reason: 'slow-line' });
    expect(text).toContain('its messages take 410 ms, and the others are done in 5.9 ms');
    const far = describeStandby({ ...standby, reason: 'slow-computing', neededMicros: 12_345_678 });
    expect(far).toContain('it would need 12 s,');
  });

  it('is told something else for each reason', () => {
    const all: Record<StandbyReason, true> = {
      full: true,
      measuring: true,
      behind: true,
      'slow-line': true,
      'slow-computing': true,
      'not-needed': true,
    };
    const texts = Object.keys(all).map((reason) =>
      describeStandby({ ...standby, reason: reason as StandbyReason }),
    );
    expect(new Set(texts).size).toBe(texts.length);
  });
});
