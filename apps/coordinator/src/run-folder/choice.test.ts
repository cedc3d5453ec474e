import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '@lockstep/config';
import { newRunRecord, readRunRecord, withStart, writeRunRecord } from '@lockstep/storage';
import { describe, expect, it } from 'vitest';
import { readGivenWeights } from '../given-weights.ts';
import { writeEnded } from '../over/ended-file.ts';
import { belongingIn } from './belonging.ts';
import { chooseRun } from './choice.ts';
import { config, OTHER, putCheckpoint, putRun, RUN, started } from '../testing/put-run.ts';
import { useTemporaryFolder } from '../testing/working-folder.ts';

useTemporaryFolder();

/** What `--resume` chooses, and what it says on the way. */
function choose(resume: string | undefined, out?: string, init?: string) {
  const said: string[] = [];
  const choice = chooseRun({ resume, out, init }, (text) => void said.push(text));
  return { choice, said };
}

describe('--resume', () => {
  it('auto goes on with the run that was started last, whatever the folders are called', async () => {
    await putRun('runs/trial', { run: RUN, began: '2026-11-26T09:00:00.000Z', steps: [900] });
    await putRun('runs/20261129-090000-mnist', {
      run: OTHER,
      began: '2026-11-29T09:00:00.000Z',
      steps: [10],
    });
    const { choice, said } = choose('auto');
    expect(choice.folder).toBe(join('runs', '20261129-090000-mnist'));
    expect(choice.find()?.checkpoint.step).toBe(10);
    expect(said).toEqual([]);
    // The older one is gone on with again: from then on it is the newest.
    const record = readRunRecord('runs/trial')!;
    await writeRunRecord('runs/trial', withStart(record, started('2026-11-29T10:00:00.000Z', 2)));
    expect(choose('auto').choice.folder).toBe(join('runs', 'trial'));
  });

  it('auto passes over a run that has no checkpoint yet, aloud, for the one before', async () => {
    await putRun('runs/older', { run: RUN, began: '2026-11-28T09:00:00.000Z', steps: [10] });
    await putRun('runs/newer', { run: OTHER, began: '2026-11-29T09:00:00.000Z', steps: [] });
    const { choice, said } = choose('auto');
    expect(choice.folder).toBe(join('runs', 'older'));
    expect(said).toEqual([
      'passed over runs/newer (run bbbbbbbb, started 2026-11-29T09:00:00.000Z), which has no checkpoint yet',
    ]);
  });

  it('auto puts runs of earlier versions, of whom no start is known, behind all others', async () => {
    putCheckpoint('runs/z-old/step-000005.safetensors', 5);
    writeFileSync('runs/z-old/config.json', JSON.stringify(config));
    putCheckpoint('runs/a-old/step-000006.safetensors', 6);
    writeFileSync('runs/a-old/config.json', JSON.stringify(config));
    utimesSync('runs/z-old/config.json', 1000, 1000);
    expect(choose('auto').choice.folder).toBe(join('runs', 'a-old'));
    await putRun('runs/new', { run: RUN, began: '2020-01-01T00:00:00.000Z', steps: [1] });
    expect(choose('auto').choice.folder).toBe(join('runs', 'new'));
  });

  it('auto follows links to folders, and leaves files and strange folders alone', async () => {
    mkdirSync('runs/notes', { recursive: true });
    writeFileSync('runs/todo.txt', '');
    await putRun('elsewhere', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [3] });
    symlinkSync('../elsewhere', 'runs/linked');
    const { choice, said } = choose('auto');
    expect(choice.folder).toBe(join('runs', 'linked'));
    expect(said).toEqual([]);
  });

  it('auto starts from nothing where there is nothing, with a word; required exits 3', () => {
    for (const out of [undefined, 'nowhere']) {
      const { choice, said } = choose('auto', out);
      expect(choice.folder).toBe(out);
      expect(choice.find()).toBeUndefined();
      expect(said).toEqual(['no checkpoint to go on from: this run starts from nothing']);
      expect(() => choose('required', out).choice.find()).toThrow(
        expect.objectContaining({
          exitCode: EXIT.badCheckpoint,
          message: expect.stringContaining(`no checkpoint to go on from in ${out ?? 'runs/'}`),
        }),
      );
    }
    expect(readdirSync('.')).toEqual([]);
  });

  it('auto says which weights a run starts from where there is nothing', () => {
    const { choice, said } = choose('auto', 'nowhere', 'weights.safetensors');
    expect(choice.find()).toBeUndefined();
    expect(said).toEqual([
      'no checkpoint to go on from: this run starts from the weights of weights.safetensors',
    ]);
  });

  it('never starts a run anew whose checkpoints were taken away: what its folder knows of it is told', async () => {
    await putRun('runs/older', { run: OTHER, began: '2026-11-28T09:00:00.000Z', steps: [10] });
    await putRun('runs/a', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [] });
    const weightsSha256 = 'ab'.repeat(32);
    await writeEnded('runs/a', { reason: 'completed', step: 250, weightsSha256 });
    const refused = expect.objectContaining({
      exitCode: EXIT.badCheckpoint,
      message:
        `run aaaaaaaa of 2026-11-29T09:00:00.000Z completed at step 250 (ended.json; weights sha256 ${weightsSha256}), and runs/a ` +
        'holds no checkpoint: put its final.safetensors back there to go on, or give another --out, or remove the folder, to start anew',
    });
    for (const [resume, out] of [
      ['auto', 'runs/a'],
      ['required', 'runs/a'],
      ['auto', undefined],
    ] as const) {
      const { choice, said } = choose(resume, out);
      expect(() => choice.find()).toThrow(refused);
      expect(said).toEqual([]);
    }
    for (const other of [config, { ...config, seed: 7 }]) {
      expect(() => belongingIn('runs/a', { resumption: undefined, config: other })).toThrow(refused);
    }
  });

  it('never starts a run anew that went on from a step before, nor one that branched off', async () => {
    await putRun('a', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [] });
    const later = { ...started('2026-11-29T10:00:00.000Z', 2), step: 300 };
    await writeRunRecord('a', withStart(readRunRecord('a')!, later));
    expect(() => choose('auto', 'a').choice.find()).toThrow(
      /^run aaaaaaaa .* went on from step 300 at 2026-11-29T10:00:00\.000Z \(run\.json\), and a holds no checkpoint: put one back/,
    );
    const parent = { run: OTHER, step: 300, term: 1, file: '/b/step-000300.safetensors' };
    await writeRunRecord('a', withStart(newRunRecord(RUN, { parent }), later));
    expect(() => choose('auto', 'a').choice.find()).toThrow(
      /from step 300 of \/b\/step-000300\.safetensors at/,
    );
  });

  it('auto passes over what cannot be looked at, aloud', async () => {
    await putRun('runs/a', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [10] });
    symlinkSync('loop', 'runs/loop');
    symlinkSync('nowhere', 'runs/gone');
    mkdirSync('runs/b');
    symlinkSync('config.json', 'runs/b/config.json');
    const { choice, said } = choose('auto');
    expect(choice.folder).toBe(join('runs', 'a'));
    expect(said.toSorted()).toEqual([
      'passed over runs/gone, which cannot be read (ENOENT)',
      'passed over runs/loop, which cannot be read (ELOOP)',
    ]);
  });

  it.each([
    ['below a file', 'a/run.json/x.safetensors', 'ENOTDIR'],
    ['of too long a name', `a/${'x'.repeat(300)}`, 'ENAMETOOLONG'],
    ['at the end of links that loop', 'loop/x.safetensors', 'ELOOP'],
    ['that is not there', 'b/x.safetensors', 'ENOENT'],
  ])('says what is wrong with a file %s, and so does --init', async (_what, file, code) => {
    await putRun('a', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [10] });
    symlinkSync('loop', 'loop');
    const refused = expect.objectContaining({
      exitCode: EXIT.badCheckpoint,
      message: expect.stringMatching(`^checkpoint ${file}: .*${code}`),
    });
    for (const out of [undefined, 'c']) expect(() => choose(file, out)).toThrow(refused);
    expect(() => readGivenWeights(file)).toThrow(refused);
    expect(readdirSync('.').sort()).toEqual(['a', 'loop']);
  });

  it('auto never goes on with an older run where the newest one has damaged checkpoints only', async () => {
    await putRun('runs/older', { run: RUN, began: '2026-11-28T09:00:00.000Z', steps: [10] });
    await putRun('runs/newer', { run: OTHER, began: '2026-11-29T09:00:00.000Z', steps: [] });
    writeFileSync('runs/newer/final.safetensors', 'torn');
    expect(() => choose('auto').choice.find()).toThrow(
      /none of the 1 checkpoints in runs\/newer can be read/,
    );
  });

  it('takes a folder for the furthest checkpoint in it', async () => {
    await putRun('a', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [10, 20] });
    const { choice } = choose('a');
    expect(choice.folder).toBe('a');
    expect(choice.find()?.checkpoint.step).toBe(20);
    expect(choose('a', 'b').choice.folder).toBe('b');
    mkdirSync('empty');
    expect(() => choose('empty').choice.find()).toThrow(/no checkpoint to go on from in empty/);
  });

  it('goes on in the folder of the file, or in a new one where that is no run’s', async () => {
    await putRun('a', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [10] });
    expect(choose('a/step-000010.safetensors').choice.folder).toBe('a');
    putCheckpoint('downloads/model.safetensors', 20, RUN);
    const { choice } = choose('downloads/model.safetensors');
    expect(choice).toMatchObject({ folder: undefined, datasetName: config.dataset.name });
  });
});
