import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { encodeCheckpoint } from '@lockstep/checkpoint';
import { EXIT } from '@lockstep/config';
import { initialWeights, layoutOf } from '@lockstep/nn';
import {
  newRunRecord,
  nodeFiles,
  readResumption,
  readRunRecord,
  withStart,
  writeRunRecord,
  type Resumption,
} from '@lockstep/storage';
import { describe, expect, it } from 'vitest';
import { madeUpConfig as config } from '../viewers/testing/made-up-config.ts';
import { belongingIn } from './belonging.ts';
import { chooseRun } from './choice.ts';
import { openRunFolder } from './open.ts';
import { useTemporaryFolder } from '../testing/working-folder.ts';

const [RUN, OTHER] = ['a'.repeat(32), 'b'.repeat(32)];
const started = (began: string, term = 1) => ({
  ...{ began, term, step: 0, host: 'here', pid: 1, version: '0.1.0' },
});

useTemporaryFolder();

/** Puts a checkpoint there, and makes the folder where it is not. */
function putCheckpoint(path: string, step: number, run?: string): string {
  const { slots, length } = layoutOf(config.model);
  const weights = new Float32Array(length);
  initialWeights(config.model, config.seed, weights);
  const owner = run === undefined ? {} : { run };
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(
    path,
    encodeCheckpoint({ weights, slots, step, term: 1, reason: 'interval', ...owner, config }),
  );
  return path;
}

/** A run's folder as a coordinator leaves it. */
async function putRun(
  path: string,
  { run, began, steps }: { run: string; began: string; steps: readonly number[] },
): Promise<void> {
  mkdirSync(path, { recursive: true });
  await writeRunRecord(path, withStart(newRunRecord(run), started(began)));
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  for (const step of steps)
    putCheckpoint(join(path, `step-${String(step).padStart(6, '0')}.safetensors`), step, run);
}

/** What `--resume` chooses, and what it says on the way. */
function choose(resume: string | undefined, out?: string) {
  const said: string[] = [];
  const choice = chooseRun({ resume, out }, (text) => void said.push(text));
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

describe('a run belongs to its folder:', () => {
  const resume = (file: string): Resumption => readResumption(file);

  it('a checkpoint goes on in its own', async () => {
    await putRun('a', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [10] });
    const resumption = resume('a/step-000010.safetensors');
    for (const same of ['a', './a/', `${process.cwd()}/a`]) {
      expect(belongingIn(same, { resumption, config })).toMatchObject({ record: { run: RUN }, notes: [] });
    }
    symlinkSync('a', 'link');
    expect(belongingIn('link', { resumption, config }).record.run).toBe(RUN);
  });

  it('it is refused where another run is, naming both', async () => {
    await putRun('a', { run: RUN, began: '2026-11-28T09:00:00.000Z', steps: [10] });
    await putRun('b', { run: OTHER, began: '2026-11-29T09:00:00.000Z', steps: [400] });
    const refused = expect.objectContaining({
      exitCode: EXIT.badCheckpoint,
      message: expect.stringMatching(
        /^a\/step-000010\.safetensors belongs to run aaaaaaaa of 2026-11-28T09:00:00\.000Z, and b to run bbbbbbbb of 2026-11-29T09:00:00\.000Z: .*empty folder as --out/,
      ),
    });
    const resumption = resume('a/step-000010.safetensors');
    expect(() => belongingIn('b', { resumption, config })).toThrow(refused);
    // Also when that one has no checkpoint yet, or no record, or lies in the same folder.
    await putRun('c', { run: OTHER, began: '2026-11-29T09:00:00.000Z', steps: [] });
    expect(() => belongingIn('c', { resumption, config })).toThrow(/and c to run bbbbbbbb/);
    putCheckpoint('d/step-000400.safetensors', 400);
    expect(() => belongingIn('d', { resumption, config })).toThrow(/and d to a run of an earlier version/);
    const visitor = resume(putCheckpoint('b/step-000410.safetensors', 410, RUN));
    expect(() => belongingIn('b', { resumption: visitor, config })).toThrow(
      /belongs to run aaaaaaaa, and b to/,
    );
  });

  it('in an empty folder it becomes a run of its own, which knows its parent', async () => {
    await putRun('a', { run: RUN, began: '2026-11-28T09:00:00.000Z', steps: [10] });
    mkdirSync('empty');
    for (const out of ['empty', 'not-there']) {
      const { record, notes } = belongingIn(out, { resumption: resume('a/step-000010.safetensors'), config });
      expect(record.run).not.toBe(RUN);
      expect(record.parent).toEqual({
        run: RUN,
        step: 10,
        term: 1,
        file: join(process.cwd(), 'a/step-000010.safetensors'),
      });
      expect(notes).toEqual([
        `${out} gets a run of its own, ${record.run.slice(0, 8)}, which goes on from a/step-000010.safetensors`,
      ]);
    }
  });

  it('a copy of its folder is its own too', async () => {
    await putRun('a', { run: RUN, began: '2026-11-28T09:00:00.000Z', steps: [10] });
    await putRun('copy', { run: RUN, began: '2026-11-28T09:00:00.000Z', steps: [] });
    const resumption = resume('a/step-000010.safetensors');
    expect(belongingIn('copy', { resumption, config })).toMatchObject({ record: { run: RUN }, notes: [] });
  });

  it('one of an earlier version gets an identity in its folder, and is another run’s elsewhere', async () => {
    const legacy = resume(putCheckpoint('old/step-000010.safetensors', 10));
    const { record } = belongingIn('old', { resumption: legacy, config });
    expect(record.run).toMatch(/^[0-9a-f]{32}$/);
    expect(record.parent).toBeUndefined();
    await writeRunRecord('old', record);
    expect(belongingIn('old', { resumption: legacy, config }).record.run).toBe(record.run);
    await putRun('b', { run: OTHER, began: '2026-11-29T09:00:00.000Z', steps: [400] });
    expect(() => belongingIn('b', { resumption: legacy, config })).toThrow(
      /belongs to a run of an earlier version, and b to run bbbbbbbb/,
    );
  });

  it('a new run is refused where checkpoints are', async () => {
    await putRun('a', { run: RUN, began: '2026-11-28T09:00:00.000Z', steps: [10] });
    expect(() => belongingIn('a', { resumption: undefined, config })).toThrow(
      expect.objectContaining({
        exitCode: EXIT.usage,
        message: expect.stringContaining('a holds the checkpoints of a run already'),
      }),
    );
  });

  it('a run that was killed before its first checkpoint starts again as the same, or makes room for another', async () => {
    await putRun('a', { run: RUN, began: '2026-11-28T09:00:00.000Z', steps: [] });
    expect(belongingIn('a', { resumption: undefined, config })).toEqual({
      record: readRunRecord('a'),
      notes: [],
    });
    writeFileSync('a/journal.ndjson', 'of the first\n');
    writeFileSync('a/journal.000001.ndjson', 'its first part\n');
    const other = { ...config, seed: config.seed + 1 };
    const belonging = belongingIn('a', { resumption: undefined, config: other });
    expect(belonging.record.run).not.toBe(RUN);
    expect(belonging.notes[0]).toBe(
      'a held run aaaaaaaa of 2026-11-28T09:00:00.000Z, which wrote no checkpoint: this run takes its place',
    );
    const setup = {
      folder: 'a',
      files: nodeFiles,
      belonging,
      config: other,
      resumption: undefined,
      dataset: 'mnist',
    };
    expect(await openRunFolder({ ...setup, now: new Date('2026-11-29T09:00:00Z') })).toBe(1);
    expect(readFileSync('a/journal-of-run-aaaaaaaa.ndjson', 'utf8')).toBe('of the first\n');
    expect(readFileSync('a/journal-of-run-aaaaaaaa.000001.ndjson', 'utf8')).toBe('its first part\n');
    expect(existsSync('a/journal.ndjson')).toBe(false);
    expect(existsSync('a/journal.000001.ndjson')).toBe(false);
    expect(readRunRecord('a')).toMatchObject({
      run: belonging.record.run,
      starts: [{ began: '2026-11-29T09:00:00.000Z', term: 1, step: 0, pid: process.pid }],
    });
  });

  it.each(['config.json', 'journal.ndjson', 'view.json'])(
    'a folder of something else, which has a %s, is refused',
    (name) => {
      mkdirSync('project');
      writeFileSync(join('project', name), '{"compilerOptions": {}}');
      const resumption = resume(putCheckpoint('a/step-000010.safetensors', 10, RUN));
      for (const newcomer of [
        { resumption: undefined, config },
        { resumption, config },
      ]) {
        expect(() => belongingIn('project', newcomer)).toThrow(
          expect.objectContaining({
            exitCode: EXIT.usage,
            message: `project holds no run, but a ${name} that one would overwrite: give another --out`,
          }),
        );
      }
    },
  );

  it('a folder with other files of other people is taken as it is', () => {
    mkdirSync('project');
    writeFileSync('project/README.md', '');
    expect(belongingIn('project', { resumption: undefined, config }).notes).toEqual([]);
  });
});
