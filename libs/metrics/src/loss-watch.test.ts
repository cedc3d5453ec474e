import { describe, expect, it } from 'vitest';
import { LossWatch } from './loss-watch.ts';

/** The steps at which something is said. */
function saidAt(
  run: { totalSteps: number; warmUpSteps?: number },
  lossAt: (step: number) => number,
): number[] {
  const watch = new LossWatch({ warmUpSteps: 0, ...run });
  const steps = Array.from({ length: run.totalSteps }, (_, index) => index + 1);
  return steps.filter((step) => watch.onStep(step, lossAt(step)) !== undefined);
}

describe('a training loss', () => {
  it('that does not fall is said once, with what to try', () => {
    expect(saidAt({ totalSteps: 1000 }, () => 2.3)).toEqual([200]);
    expect(saidAt({ totalSteps: 1000 }, (step) => 2.3 + step / 100)).toEqual([200]);
    expect(saidAt({ totalSteps: 1000 }, (step) => (step % 5) / 5 + 1)).toEqual([200]);
    const watch = new LossWatch({ totalSteps: 100, warmUpSteps: 0 });
    for (let step = 1; step < 100; step++) expect(watch.onStep(step, 0.5)).toBeUndefined();
    expect(watch.onStep(100, 0.5)).toMatch(
      /has not fallen: 0\.5000 in the first 20 steps, 0\.5000 in those before step 100\. Try a --lr .*labels/,
    );
  });

  it('that falls by more than a fiftieth is nothing to say, also below zero', () => {
    expect(saidAt({ totalSteps: 1000 }, (step) => 2.3 - step / 2000)).toEqual([]);
    expect(saidAt({ totalSteps: 1000 }, (step) => -1 - step / 2000)).toEqual([]);
    expect(saidAt({ totalSteps: 1000 }, (step) => -1 - step / 20_000)).toEqual([200]);
  });

  it('is judged after a warm-up, at the end of a short run, and not at all in a shorter one', () => {
    expect(saidAt({ totalSteps: 1000, warmUpSteps: 300 }, () => 1)).toEqual([600]);
    expect(saidAt({ totalSteps: 150 }, () => 1)).toEqual([150]);
    expect(saidAt({ totalSteps: 99 }, () => 1)).toEqual([]);
  });
});
