import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Progress } from '../messages.ts';
import { ProgressMeter } from './progress-meter.ts';

describe('ProgressMeter', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('reports many spans at once, a few times a second', () => {
    const reports: Progress[] = [];
    const meter = new ProgressMeter((progress) => reports.push(progress));
    for (let step = 0; step < 1000; step++) meter.onSpan({ step, purpose: 'step', rowCount: 8, lossSum: 4 });
    expect(reports).toEqual([]);
    vi.runAllTimers();
    expect(reports).toEqual([{ step: 999, spanCount: 1000, checkCount: 0, rowCount: 8000, loss: 0.5 }]);
  });

  it('holds nothing back at the end, and repeats nothing', () => {
    const reports: Progress[] = [];
    const meter = new ProgressMeter((progress) => reports.push(progress));
    meter.onSpan({ step: 3, purpose: 'check', rowCount: 4, lossSum: 1 });
    meter.flush();
    meter.flush();
    vi.runAllTimers();
    expect(reports).toEqual([{ step: 3, spanCount: 1, checkCount: 1, rowCount: 4, loss: 0.25 }]);
  });
});
