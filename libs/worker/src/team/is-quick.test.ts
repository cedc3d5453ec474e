import { perceptronModel } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { teamConfig } from '../testing/team-work.ts';
import { isQuick } from './is-quick.ts';

const given = teamConfig('linear');
const sizes = (...layers: number[]) => perceptronModel({ sizes: layers, outputActivation: 'linear' });

describe('a mini-batch', () => {
  it.each([
    ['64 rows of 784-128-10', 64, sizes(784, 128, 10), true],
    ['256 rows of it', 256, sizes(784, 128, 10), false],
    ['64 rows of 784-512-256-10', 64, sizes(784, 512, 256, 10), false],
    ['one row of a large network', 1, sizes(784, 1024, 1024, 10), true],
  ] as const)(
    'of %s is computed before threads would have begun, or is not',
    (_, batchSize, model, expected) => {
      expect(isQuick({ ...given, batchSize, model })).toBe(expected);
    },
  );

  it('of a network whose first layers are frozen is quick with more rows', () => {
    const model = sizes(784, 128, 10);
    const freeze = model.layers.flatMap(({ name, type }, index) =>
      type === 'dense' && index === 0 ? [`${name}.weight`, `${name}.bias`] : [],
    );
    const config = { ...given, batchSize: 128, model };
    expect([isQuick(config), isQuick({ ...config, freeze })]).toEqual([false, true]);
  });
});
