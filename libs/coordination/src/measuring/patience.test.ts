import { describe, expect, it } from 'vitest';
import { patiencePermille, withLateness } from './patience.ts';
import { smallRun } from '../testing/drive.ts';

const { leaseDeadline } = smallRun;

describe('patience', () => {
  it('is that of the configuration before eight answers have shown how good predictions are', () => {
    expect(patiencePermille(smallRun, Array<number>(7).fill(1000))).toBe(leaseDeadline.initialPermille);
  });

  it('is the median and eight median deviations', () => {
    const latenesses = [800, 900, 950, 1000, 1050, 1100, 1200, 1300, 1000];
    // Their distances from the median, 1000, are 0, 0, 50, 50, 100, 100, 200, 200, 300.
    expect(patiencePermille(smallRun, latenesses)).toBe(1000 + 8 * 100);
  });

  it('is not stretched by stragglers while fewer than half are late', () => {
    const punctual = Array.from({ length: 33 }, (_, index) => 950 + 3 * index);
    const before = patiencePermille(smallRun, punctual);
    const stragglers = Array<number>(16).fill(90_000);
    expect(patiencePermille(smallRun, [...punctual, ...stragglers])).toBeLessThan(1.5 * before);
  });

  it('has bounds', () => {
    expect(patiencePermille(smallRun, Array<number>(20).fill(1000))).toBe(leaseDeadline.leastPermille);
    expect(patiencePermille(smallRun, Array<number>(20).fill(90_000))).toBe(leaseDeadline.mostPermille);
  });
});

describe('latenesses', () => {
  it('are thousandths of the predicted time', () => {
    expect(withLateness([7], 300, 200)).toEqual([7, 1500]);
  });

  it('are remembered of the last 64 answers', () => {
    let latenesses: readonly number[] = [];
    for (let answer = 0; answer < 100; answer++) latenesses = withLateness(latenesses, answer, 1000);
    expect(latenesses).toEqual(Array.from({ length: 64 }, (_, index) => 36 + index));
  });

  it('stay within bounds whatever the clock says', () => {
    expect(withLateness([], -5, 0)).toEqual([0]);
    expect(withLateness([], 10 ** 12, 0)).toEqual([100_000]);
  });
});
