import { madeUpConfig } from '@lockstep/config/testing';
import { describe, expect, it } from 'vitest';
import { commandOf, keepsStandardisation } from './repetition.ts';

const MNIST = 'edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b';
const CUSTOMARY = { mean: 0.1307, deviation: 0.3081 };
const FITTED = { mean: 0.1306604774, deviation: 0.30810780385 };

const config = madeUpConfig({ dataset: { name: 'my data' }, standardisation: FITTED });

describe('the command that repeats a run', () => {
  it('has every setting that the bits follow from', () => {
    expect(commandOf(config)).toBe(
      "node bin/lockstep.mjs train --workers 0 --dataset 'my data' --hidden 5 --output linear --epochs 2 " +
        '--batch-size 64 --leaf-rows 8 --lr 0.1 --seed 4',
    );
    expect(commandOf({ ...config, totalSteps: 25 })).toContain('--epochs 3 --max-steps 25 ');
  });

  it('begins with a file of weights where the run did', () => {
    const begun = { ...config, initialWeights: { sha256: 'ab'.repeat(32) } };
    expect(commandOf(begun)).toContain('train --workers 0 --init FILE --dataset');
  });

  it.each([
    ['0'.repeat(64), FITTED, false],
    [MNIST, CUSTOMARY, false],
    [MNIST, FITTED, true],
    ['0'.repeat(64), CUSTOMARY, true],
  ])('repeats no run that keeps the standardisation of an earlier version (%s, %o)', (sha256, by, isKept) => {
    const kept = { ...config, dataset: { ...config.dataset, sha256 }, standardisation: by };
    expect(keepsStandardisation(kept)).toBe(isKept);
  });
});
