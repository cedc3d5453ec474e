import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../network-error.ts';
import { keptSchedule, learningRateAt, momentumAt, resolveSchedule, scheduleKinds } from './index.ts';

const RUN = { stepsPerEpoch: 10, steps: 50 };

/** Written by tools/parity/schedules.py. */
const parity = JSON.parse(readFileSync(new URL('parity.json', import.meta.url), 'utf8')) as {
  readonly base: number;
  readonly cases: readonly {
    readonly schedule: { readonly type: string };
    readonly rates: readonly number[];
  }[];
  readonly momenta: readonly { readonly schedule: object; readonly momenta: readonly number[] }[];
};

const ratesOf = (given: unknown, steps: number, base = 1): number[] =>
  Array.from({ length: steps }, (_, step) => learningRateAt(resolveSchedule(given, RUN), base, step));

describe('the momentum of one cycle', () => {
  it.each(
    parity.momenta.map(({ schedule, momenta }) => [JSON.stringify(schedule), schedule, momenta] as const),
  )("is PyTorch's at every step: %s", (_text, schedule, momenta) => {
    const spec = resolveSchedule(schedule, RUN);
    momenta.forEach((momentum, step) => expect(momentumAt(spec, step)).toBeCloseTo(momentum, 12));
  });

  it('is left to the optimizer where nothing is said of it, and by every other schedule', () => {
    expect(momentumAt(resolveSchedule({ type: 'one-cycle' }, RUN), 3)).toBeUndefined();
    expect(momentumAt(resolveSchedule({ type: 'cosine' }, RUN), 3)).toBeUndefined();
    expect(momentumAt(undefined, 3)).toBeUndefined();
  });

  it('stays at its first through a warm-up, and at its last after the end', () => {
    const given = { type: 'one-cycle', steps: 10, momentum: {}, warmUp: { steps: 4 } };
    const momenta = Array.from({ length: 20 }, (_, step) => momentumAt(resolveSchedule(given, RUN), step));
    expect(new Set(momenta.slice(0, 5))).toEqual(new Set([0.95]));
    expect(new Set(momenta.slice(13))).toEqual(new Set([0.95]));
    expect(Math.min(...(momenta as number[]))).toBeCloseTo(0.85, 12);
  });
});

describe('the learning rate', () => {
  it.each(parity.cases.map(({ schedule, rates }) => [JSON.stringify(schedule), schedule, rates] as const))(
    "is PyTorch's at every step: %s",
    (_text, schedule, rates) => {
      const ours = ratesOf(schedule, rates.length, parity.base);
      ours.forEach((rate, step) => expect(Math.abs(rate - rates[step]!)).toBeLessThan(1e-12));
    },
  );

  it('is compared for every kind that PyTorch has, with two settings each', () => {
    const counts = scheduleKinds.types.map((type) => [
      type,
      parity.cases.filter(({ schedule }) => schedule.type === type).length,
    ]);
    expect(counts.filter(([type, count]) => type !== 'constant' && Number(count) < 2)).toEqual([]);
  });

  it('is that of the run where nothing else is said', () => {
    expect(learningRateAt(undefined, 0.05, 7)).toBe(0.05);
    expect(ratesOf({ type: 'constant' }, 3, 0.05)).toEqual([0.05, 0.05, 0.05]);
  });

  it.each([
    ['cosine', { type: 'cosine', steps: 10, to: 0.25 }, 0.25],
    ['linear', { type: 'linear', steps: 10, to: 0.5 }, 0.5],
    ['linear to nothing', { type: 'linear', steps: 3, from: 0.1, to: 0 }, 0],
    ['polynomial', { type: 'polynomial', steps: 10, power: 2, to: 0.125 }, 0.125],
    ['one-cycle', { type: 'one-cycle', steps: 10, startDivisor: 4, endDivisor: 2 }, 0.125],
  ])('stays where it is after the end of %s', (_name, given, last) => {
    expect(ratesOf(given, 40).slice(10)).toEqual(Array.from({ length: 30 }, () => last));
  });

  it('is a finite number from 0 for every schedule and step, and never more than that of the run', () => {
    const lengths = fc.integer({ min: 1, max: 60 });
    const to = fc.double({ min: 0, max: 1, noNaN: true });
    const factor = fc.double({ min: 0.001, max: 1, noNaN: true });
    const schedules = fc.oneof(
      fc.record({ type: fc.constant('step'), every: lengths, factor }),
      fc.record({ type: fc.constant('exponential'), factor }),
      fc.record({ type: fc.constant('linear'), steps: lengths, from: to, to }),
      fc.record({ type: fc.constant('polynomial'), steps: lengths, power: fc.constantFrom(0.5, 1, 3.5), to }),
      fc.record({ type: fc.constant('cosine'), steps: lengths, to }),
      fc.record({ type: fc.constant('warm-restarts'), steps: lengths, multiply: fc.constantFrom(1, 3), to }),
      fc.record({
        type: fc.constant('one-cycle'),
        steps: fc.integer({ min: 2, max: 60 }),
        peakAt: fc.constantFrom(0, 0.01, 0.3, 0.99),
      }),
    );
    const warmUps = fc.option(fc.record({ steps: lengths, from: factor }), { nil: undefined });
    fc.assert(
      fc.property(schedules, warmUps, fc.integer({ min: 0, max: 2 ** 31 }), (schedule, warmUp, step) => {
        const spec = resolveSchedule({ ...schedule, ...(warmUp && { warmUp }) }, RUN);
        for (const at of [step, step % 70]) {
          const rate = learningRateAt(spec, 1, at);
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });
});

describe('a schedule that somebody gives', () => {
  it('has its lengths in steps, or in epochs, and takes what is left of the run', () => {
    expect(resolveSchedule({ type: 'step', every: '2 epochs' }, RUN)).toEqual({
      ...{ type: 'step', every: 20, factor: 0.1 },
    });
    expect(resolveSchedule({ type: 'multi-step', at: [5, '1 epoch', '2.5 epochs'] }, RUN)).toMatchObject({
      at: [5, 10, 25],
    });
    expect(resolveSchedule({ type: 'cosine', warmUp: { steps: '1 epoch' } }, RUN)).toEqual({
      ...{ type: 'cosine', steps: 40, to: 0, warmUp: { steps: 10, from: 0.01 } },
    });
  });

  it('is as it was once it is kept, whatever the length of a later run', () => {
    for (const { schedule } of parity.cases) {
      const kept = resolveSchedule(schedule, RUN);
      expect(resolveSchedule(kept, { stepsPerEpoch: 3, steps: 7 })).toEqual(kept);
      expect(keptSchedule(kept)).toEqual(kept);
    }
  });

  it.each([
    [{ type: 'cosin' }, /schedule\.type: expected one of constant, step, .*one-cycle/],
    [{}, /schedule\.type: expected one of/],
    [7, /schedule: expected Object, found 7/],
    [{ type: 'step' }, /schedule\.every: is missing/],
    [{ type: 'step', every: 0 }, /schedule\.every: expected at least 1 step, found 0/],
    [
      { type: 'step', every: '3 weeks' },
      /schedule\.every: expected a number of steps, or "3 epochs", found "3 weeks"/,
    ],
    [
      { type: 'step', every: 1.5 },
      /schedule\.every: expected a whole number of steps, or "3 epochs", found 1\.5/,
    ],
    [{ type: 'step', every: 3, factor: 2 }, /schedule\.factor: expected a number up to 1, found 2/],
    [{ type: 'cosine', from: 3 }, /schedule\.from: there is no such field/],
    [{ type: 'multi-step', at: [3, 3] }, /schedule\.at: expected ascending steps/],
    [{ type: 'multi-step', at: [3, -3] }, /schedule\.at\.1: expected at least 1 step, found -3/],
    [{ type: 'polynomial', power: 0.3 }, /schedule\.power: expected a multiple of 0\.5/],
    [{ type: 'one-cycle', steps: 1 }, /schedule\.steps: expected at least 2 steps/],
    [{ type: 'cosine', warmUp: { steps: 3, to: 1 } }, /schedule\.warmUp\.to: there is no such field/],
    [{ type: 'cosine', warmUp: { steps: 3, from: 0 } }, /schedule\.warmUp\.from: expected a number above 0/],
    [{ type: 'cosine', to: 'low' }, /schedule\.to: expected number, found "low"/],
  ])('%j is refused with the place in it and what was expected', (given, words) => {
    expect(() => resolveSchedule(given, RUN)).toThrowError(words);
    expect(() => resolveSchedule(given, RUN)).toThrowError(NetworkError);
  });

  it.each([
    { type: 'cosine' },
    { type: 'step', every: '3 epochs' },
    { type: 'constant', warmUp: { steps: '1 epoch' } },
  ])('%j, kept by a run, has no end of its own and is refused', (given) => {
    expect(() => keptSchedule(given)).toThrowError(
      /schedule: expected every length as a number of steps, found \{.*\}, which has no end of its own: write its "steps"/,
    );
  });
});
