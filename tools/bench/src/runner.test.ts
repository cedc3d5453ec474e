import { describe, expect, it } from 'vitest';
import type { BenchmarkCase, Contender, Result } from './benchmark-case.ts';
import { BenchError } from './bench-error.ts';
import { runCase, type RunOptions } from './runner.ts';

const contender = (name: string): Contender => ({
  name,
  open: () => Promise.reject(new Error('opened by a double')),
});

const benchmark: BenchmarkCase = {
  name: 'work',
  unit: 'ms/step',
  contenders: [contender('a'), contender('b')],
  baseline: 'a',
};

/** Sessions that write down what is done with them, and compute `results`. */
function doubles(results: Readonly<Record<string, Result>> = {}): { log: string[]; options: RunOptions } {
  const log: string[] = [];
  const options: RunOptions = {
    rounds: 3,
    open: async ({ name }) => {
      log.push(`open ${name}`);
      return {
        ...(results[name] !== undefined && { result: results[name] }),
        measure: async () => {
          log.push(name);
          return { value: log.length, extra: { calls: log.length } };
        },
        close: async () => void log.push(`close ${name}`),
      };
    },
  };
  return { log, options };
}

describe('runCase', () => {
  it('measures the contenders in turns, all open meanwhile', async () => {
    const { log, options } = doubles();
    const { samples, absent } = await runCase(benchmark, options);
    expect(log).toEqual(['open a', 'open b', 'a', 'b', 'a', 'b', 'a', 'b', 'close a', 'close b']);
    expect(samples).toEqual([
      { contender: 'a', values: [3, 5, 7], extra: { calls: [3, 5, 7] } },
      { contender: 'b', values: [4, 6, 8], extra: { calls: [4, 6, 8] } },
    ]);
    expect(absent).toEqual([]);
  });

  it('takes numbers that agree but for rounding', async () => {
    const { options } = doubles({ a: 0.25, b: 0.250001 });
    await expect(runCase(benchmark, options)).resolves.toMatchObject({ samples: { length: 2 } });
  });

  it.each([
    ['numbers', 0.25, 0.26],
    ['strings', 'abc', 'abd'],
    ['kinds', '1', 1],
  ])('refuses to compare contenders whose %s differ, and closes them', async (_, a, b) => {
    const { log, options } = doubles({ a, b });
    await expect(runCase(benchmark, options)).rejects.toMatchObject({
      code: 'disagreement',
      message: expect.stringContaining(`"a" computes ${a} and "b" ${b}`),
    });
    expect(log).toEqual(['open a', 'open b', 'close a', 'close b']);
  });

  it('compares what every measurement computed', async () => {
    const { options } = doubles();
    let measured = 0;
    const changing: RunOptions = {
      ...options,
      open: async () => ({
        measure: async () => ({ value: 1, result: `digest ${measured++}` }),
        close: async () => undefined,
      }),
    };
    await expect(runCase(benchmark, changing)).rejects.toMatchObject({ code: 'disagreement' });
  });

  it('closes what it opened when another does not open', async () => {
    const { log, options } = doubles();
    const failing: RunOptions = {
      ...options,
      open: (opened) => (opened.name === 'b' ? Promise.reject(new Error('no')) : options.open(opened)),
    };
    await expect(runCase(benchmark, failing)).rejects.toThrow('no');
    expect(log).toEqual(['open a', 'close a']);
  });

  it('leaves out what does not run on this machine, and names it', async () => {
    const { log, options } = doubles();
    const missing: RunOptions = {
      ...options,
      open: (opened) =>
        opened.name === 'a'
          ? Promise.reject(new BenchError('unavailable', 'no compiler'))
          : options.open(opened),
    };
    const { samples, absent } = await runCase(benchmark, missing);
    expect(samples.map(({ contender }) => contender)).toEqual(['b']);
    expect(absent).toEqual([{ contender: 'a', reason: 'no compiler' }]);
    expect(log.at(-1)).toBe('close b');
  });
});
