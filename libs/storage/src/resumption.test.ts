import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeCheckpoint } from '@lockstep/checkpoint';
import { parseRunConfig } from '@lockstep/config';
import { initialWeights, layoutOf } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { checkpointFileName, FINAL_CHECKPOINT_NAME } from './checkpoint-files.ts';
import { newestResumption, readResumption } from './resumption.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const config = parseRunConfig({
  contract: 'exact-1',
  dataset: { name: 'made up', sha256: '0'.repeat(64), trainRows: 40, featureCount: 2, classCount: 3 },
  standardisation: { mean: 0.5, deviation: 0.25 },
  model: { sizes: [2, 3], hiddenActivation: 'sigmoid', outputActivation: 'linear', loss: 'squared-error' },
  batchSize: 4,
  leafRows: 2,
  learningRate: 0.1,
  seed: 4,
  totalSteps: 20,
});
const { slots, length } = layoutOf(config.model);
const weights = new Float32Array(length);
initialWeights(config.model, config.seed, weights);
const checkpoint = (step: number): Uint8Array =>
  encodeCheckpoint({ weights, slots, step, term: 2, reason: 'interval', config });

/** A folder with a good checkpoint after 3 and one after 6 steps. */
function folderOfRun(): string {
  const folder = temporaryFolder();
  for (const step of [3, 6]) writeFileSync(join(folder, checkpointFileName(step)), checkpoint(step));
  return folder;
}

describe('newestResumption', () => {
  it('is the newest checkpoint, and the final one before all others', () => {
    const folder = folderOfRun();
    expect(newestResumption(folder)).toMatchObject({ folder, checkpoint: { step: 6, term: 2 }, config });
    writeFileSync(join(folder, FINAL_CHECKPOINT_NAME), checkpoint(9));
    expect(newestResumption(folder)?.checkpoint.step).toBe(9);
  });

  it('passes over damaged ones, and says so', () => {
    const folder = folderOfRun();
    const damaged = checkpoint(6);
    damaged[damaged.length - 1]! ^= 1;
    writeFileSync(join(folder, checkpointFileName(6)), damaged);
    const resumption = newestResumption(folder);
    expect(resumption?.checkpoint.step).toBe(3);
    expect(resumption?.damaged).toEqual([join(folder, checkpointFileName(6))]);
    expect(resumption?.warnings).toEqual([
      expect.stringMatching(/^passed over a damaged checkpoint: .*step-000006.*digest-mismatch/),
    ]);
  });

  it('never starts afresh where every checkpoint is damaged', () => {
    const folder = folderOfRun();
    for (const step of [3, 6]) writeFileSync(join(folder, checkpointFileName(step)), 'torn');
    expect(() => newestResumption(folder)).toThrow(/none of the 2 checkpoints .* can be read/);
  });

  it('is nothing where there is no checkpoint', () => {
    const folder = temporaryFolder();
    expect(newestResumption(folder)).toBeUndefined();
    expect(newestResumption(join(folder, 'nowhere'))).toBeUndefined();
  });
});

describe('readResumption', () => {
  it('says which file it could not read', () => {
    const file = join(temporaryFolder(), 'none.safetensors');
    expect(() => readResumption(file)).toThrow(/checkpoint .*none\.safetensors: ENOENT/);
  });
});
