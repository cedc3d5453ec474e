import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCheckpoint } from '@lockstep/checkpoint';
import { evaluateOptions, EXIT, resolveOptions } from '@lockstep/config';
import { madeUpConfig } from '@lockstep/config/testing';
import { layoutOf, perceptronModel } from '@lockstep/nn';
import { expect, it, onTestFinished } from 'vitest';
import { runEvaluate } from './evaluate-command.ts';

const config = madeUpConfig({ sizes: [2, 3], dataset: { name: 'nowhere' } });

it('evaluate refuses a checkpoint whose tensors are not those of its network, as a resume does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-evaluate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'final.safetensors');
  const { slots, length } = layoutOf(perceptronModel({ sizes: [2, 4, 3] }));
  const weights = new Float32Array(length);
  writeFileSync(file, encodeCheckpoint({ weights, slots, step: 20, term: 1, reason: 'finished', config }));
  await expect(runEvaluate(file, resolveOptions(evaluateOptions, []).values)).rejects.toMatchObject({
    exitCode: EXIT.badCheckpoint,
    message: expect.stringContaining(
      `${file}: its tensors are not those of the network in its configuration`,
    ),
  });
});
