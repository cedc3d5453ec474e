import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '@lockstep/config';
import {
  newRunRecord,
  nodeFiles,
  readResumption,
  readRunRecord,
  writeRunRecord,
  type Resumption,
} from '@lockstep/storage';
import { describe, expect, it } from 'vitest';
import { belongingIn } from './belonging.ts';
import { openRunFolder } from './open.ts';
import { config, OTHER, putCheckpoint, putRun, RUN } from '../testing/put-run.ts';
import { useTemporaryFolder } from '../testing/working-folder.ts';

useTemporaryFolder();

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
      say: (text: string) => expect.unreachable(text),
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

  it('leaves nothing of a start that cannot be written down, in a new folder and in one of a run', async () => {
    const state = (folder: string) =>
      readdirSync(folder).map((name) => [
        name,
        name === 'config.json' ? 'a folder' : readFileSync(join(folder, name), 'utf8'),
      ]);
    mkdirSync('new');
    await putRun('old', { run: RUN, began: '2026-11-28T09:00:00.000Z', steps: [] });
    writeFileSync('old/term', '7\n');
    rmSync('old/config.json', { force: true });
    for (const folder of ['new', 'old']) {
      mkdirSync(join(folder, 'config.json'));
      const before = state(folder);
      const setup = {
        ...{ folder, files: nodeFiles, config, resumption: undefined, dataset: 'mnist' },
        belonging: { record: newRunRecord(RUN), notes: [] },
        now: new Date('2026-11-29T09:00:00Z'),
        say: (text: string) => expect.unreachable(text),
      };
      await expect(openRunFolder(setup)).rejects.toThrow(/config\.json/);
      expect(state(folder)).toEqual(before);
    }
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
