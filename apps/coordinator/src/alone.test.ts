import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { referenceBackend } from '@lockstep/math';
import { RunView, type RunNotice } from '@lockstep/metrics';
import { InlineEvaluator, Run, Trainer, type RunEnd } from '@lockstep/shell';
import { smallConfig, smallData } from '@lockstep/shell/testing';
import { nodeFiles } from '@lockstep/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trainAlone } from './alone.ts';
import { readEnded, writeEnded } from './over/ended-file.ts';
import { readViewFile, ViewFile } from './viewers/view-file.ts';

const config = smallConfig();
const stepsPerEpoch = 5;
const earlier = { reason: 'completed', step: 10, weightsSha256: 'ab'.repeat(32) } as const;

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-alone-'));
  // A run with workers that ended at step 10.
  const view = new RunView();
  view.apply({ at: 1, type: 'started', term: 1, step: 0, run: 'r', config, stepsPerEpoch });
  for (let step = 1; step <= 10; step++) view.apply({ at: 1 + step, type: 'step', step, rows: 10, loss: 1 });
  view.apply({ at: 20, type: 'finished', ...earlier });
  const warn = (text: string): void => expect.unreachable(text);
  await new ViewFile({ folder, view, now: () => 20, warn }).close();
  await writeEnded(folder, earlier);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Goes on with it in this process. */
function goOn(hear: (notice: RunNotice) => void, stopReason: () => string | undefined): Promise<RunEnd> {
  const data = smallData(config);
  const weights = new Float32Array(new Trainer(config, data, referenceBackend).weights);
  const listeners = [hear];
  const notify = (notice: RunNotice): void => listeners.forEach((listener) => listener(notice));
  let seconds = 0;
  // So that it looks at what it is told after each step.
  const now = (): number => seconds++;
  const run = new Run({
    trainer: new Trainer(config, data, referenceBackend, { weights, step: 10 }),
    evaluator: new InlineEvaluator(referenceBackend, { config, test: data.test }),
    checkpoints: { place: 'nowhere', save: (step) => Promise.resolve(String(step)) },
    ...{ term: 2, notify, now },
  });
  return trainAlone({
    ...{ run, folder, files: nodeFiles, checkpointEvery: 0, notify, now, stopReason },
    onNotice: (listener) => void listeners.push(listener),
  });
}

describe('a run that one process goes on with', () => {
  it('has not ended meanwhile, and then leaves its own end, and its own history behind that of before', async () => {
    const meanwhile: unknown[] = [];
    const end = await goOn(
      ({ type }) => type === 'step' && meanwhile.push(readEnded(folder)),
      () => undefined,
    );
    expect(meanwhile).toEqual(Array(13).fill(undefined));
    const { weightsSha256 } = end;
    expect(readEnded(folder)).toEqual({ reason: 'completed', step: 23, weightsSha256 });
    const memory = readViewFile(folder)!;
    expect(memory.history.steps).toEqual(Array.from({ length: 23 }, (_, index) => index + 1));
    expect(memory).toMatchObject({
      facts: { term: 2 },
      live: { step: 23, phase: 'finished', ending: { step: 23, weightsSha256 } },
    });
    expect(memory.events.map(({ text }) => text)).toContain('Checkpoint of step 23 written');
  });

  it('has not ended when it is stopped', async () => {
    const { step, type } = await goOn(
      () => undefined,
      () => 'SIGINT',
    );
    expect([type, step]).toEqual(['stopped', 11]);
    expect(readEnded(folder)).toBeUndefined();
    expect(readViewFile(folder)?.live).toMatchObject({ step: 11, phase: 'stopped' });
  });
});
