import { perceptronModel } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { teamConfig } from '../testing/team-work.ts';
import { isQuick } from './is-quick.ts';

const given = teamConfig('linear');
const sizes = (...layers: number[]) => perceptronModel({ sizes: layers, outputActivation: 'linear' });

describe('a mini-batch', () => {
  it.each([
    ['64 rows of 784-128-10 is', 64, sizes(784, 128, 10), true],
    ['256 rows of 784-128-10 is not', 256, sizes(784, 128, 10), false],
    ['64 rows of 784-512-256-10 is not', 64, sizes(784, 512, 256, 10), false],
    ['one row of 784-1024-1024-10 is', 1, sizes(784, 1024, 1024, 10), true],
  ] as const)('of %s computed before threads would have begun', (_, batchSize, model, expected) => {
    expect(isQuick({ ...given, batchSize, model }, 'native')).toBe(expected);
  });

  it('has to be smaller with slower kernels, and is never quick on the reference', () => {
    const config = { ...given, batchSize: 64, model: sizes(784, 128, 10) };
    expect(isQuick(config, 'wasm')).toBe(false);
    expect(isQuick({ ...config, batchSize: 32 }, 'wasm')).toBe(true);
    expect(isQuick(given, 'reference')).toBe(false);
  });

  it('of a network whose first layers are frozen is quick with more rows', () => {
    const model = sizes(784, 128, 10);
    const freeze = model.layers.flatMap(({ name, type }, index) =>
      type === 'dense' && index === 0 ? [`${name}.weight`, `${name}.bias`] : [],
    );
    const config = { ...given, batchSize: 128, model };
    expect([isQuick(config, 'native'), isQuick({ ...config, freeze }, 'native')]).toEqual([false, true]);
  });
});
