import { describe, expect, it } from 'vitest';
import type { BenchmarkCase, Contender, Unit } from './benchmark-case.ts';
import type { Choice } from './cases/choices.ts';
import { findSettings } from './choose.ts';
import { reportCase, type CaseReport } from './report.ts';

const contender = (name: string, peer?: Contender['peer']): Contender => ({
  name,
  ...(peer && { peer }),
  open: () => Promise.reject(new Error('never opened here')),
});
const caseOf = (name: string, unit: Unit, contenders: Contender[]): BenchmarkCase => ({
  name,
  unit,
  contenders,
  baseline: 'default',
});

const values = new Map([
  ['default', undefined],
  ['Zen', 'Zen'],
]);
const choices: readonly Choice[] = [
  { setting: 'openBlasCore', peer: 'OpenBLAS', unit: 'GFLOP/s' },
  { setting: 'torchKernels', peer: 'PyTorch', unit: 'ms/step' },
  { setting: 'torchWait', peer: 'PyTorch', unit: 'ms/step' },
].map(({ unit, ...rest }) => ({
  ...(rest as Pick<Choice, 'setting' | 'peer'>),
  benchmark: caseOf(rest.setting, unit as Unit, []),
  values,
}));

/** Answers with these rounds of the two values. */
const measured = (
  benchmark: BenchmarkCase,
  rounds: Readonly<Record<string, readonly number[]>>,
): CaseReport =>
  reportCase(benchmark, {
    samples: Object.entries(rounds).map(([name, of]) => ({ contender: name, values: of, extra: {} })),
    absent: [],
  });

describe('findSettings', () => {
  it('takes the value of the best round, whichever way the unit counts', async () => {
    const work = [caseOf('work', 'ms/step', [contender('a', 'OpenBLAS'), contender('b', 'PyTorch')])];
    const settings = await findSettings(choices, work, {}, async (benchmark) =>
      measured(benchmark, { default: [50, 60, 70], Zen: [20, 20, 80] }),
    );
    expect(settings).toEqual({ openBlasCore: 'Zen', torchKernels: 'Zen', torchWait: 'Zen' });
  });

  it('sets nothing where the default is best', async () => {
    const work = [caseOf('work', 'ms/step', [contender('b', 'PyTorch')])];
    const settings = await findSettings(choices, work, {}, async (benchmark) =>
      measured(benchmark, { default: [5, 5, 5], Zen: [6, 6, 6] }),
    );
    expect(settings).toEqual({});
  });

  it('measures only what the cases need, with what was found before', async () => {
    const asked: unknown[] = [];
    await findSettings(
      choices,
      [caseOf('work', 'ms/step', [contender('b', 'PyTorch')])],
      {},
      async (benchmark, found) => {
        asked.push([benchmark.name, found]);
        return measured(benchmark, { default: [9], Zen: [1] });
      },
    );
    expect(asked).toEqual([
      ['torchKernels', {}],
      ['torchWait', { torchKernels: 'Zen' }],
    ]);
    await expect(
      findSettings(choices, [caseOf('own', 'ms/step', [contender('a')])], {}, () =>
        Promise.reject(new Error('asked')),
      ),
    ).resolves.toEqual({});
  });

  it('takes what is known, and asks for the rest', async () => {
    const asked: string[] = [];
    const work = [caseOf('work', 'ms/step', [contender('b', 'PyTorch')])];
    const settings = await findSettings(choices, work, { torchKernels: 'Haswell' }, async (benchmark) => {
      asked.push(benchmark.name);
      return measured(benchmark, { default: [9], Zen: [1] });
    });
    expect(asked).toEqual(['torchWait']);
    expect(settings).toEqual({ torchKernels: 'Haswell', torchWait: 'Zen' });
  });
});
