import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  FolderCheckpoints,
  newestResumption,
  nodeFiles,
  readResumption,
  readRunRecord,
  withDoubt,
  writeRunRecord,
  type FileSystem,
  type Resumption,
} from '@lockstep/storage';
import { describe, expect, it } from 'vitest';
import { doubtOf } from '../doubt.ts';
import { useTemporaryFolder } from '../testing/working-folder.ts';
import { belongingIn } from './belonging.ts';
import { openRunFolder } from './open.ts';
import { config, putCheckpoint, putRun, RUN } from '../testing/put-run.ts';

useTemporaryFolder();

/** Starts in `a` from a checkpoint. @returns what it said */
const start = (file: string): Promise<readonly string[]> => startFrom(readResumption(file));

async function startFrom(
  resumption: Resumption,
  files: FileSystem = nodeFiles,
  said: string[] = [],
): Promise<readonly string[]> {
  const belonging = belongingIn('a', { resumption, config });
  const disagreedAt = doubtOf(['a', resumption.folder], resumption.checkpoint);
  await openRunFolder({
    ...{ folder: 'a', files, belonging, config, resumption, dataset: 'mnist', disagreedAt },
    now: new Date('2026-11-29T10:00:00Z'),
    say: (text) => void said.push(text),
  });
  return said;
}

const checkpoints = (): readonly string[] => readdirSync('a').filter((name) => name.includes('safetensors'));

/** What it says that it set aside, of these names. */
const aside = (names: readonly string[], reason: string, why: string): readonly string[] =>
  names.map((name) => `set a/${name} aside as a/${name}.${reason}: ${why}`);

describe('a start that goes back to an earlier checkpoint', () => {
  /** A run that finished at step 250. */
  async function putFinishedRun(): Promise<void> {
    await putRun('a', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [50, 150, 200] });
    putCheckpoint('a/final.safetensors', 250, RUN);
  }

  it('loses nothing of what is further: it is set aside, aloud, and goes on from its own', async () => {
    await putFinishedRun();
    const end = readFileSync('a/final.safetensors');
    expect((await start('a/step-000050.safetensors')).toSorted()).toEqual(
      [
        ['final', 250],
        ['step-000150', 150],
        ['step-000200', 200],
      ].flatMap(([name, step]) =>
        aside(
          [`${name}.safetensors`],
          'superseded',
          `it is of step ${step}, and the run goes on from step 50`,
        ),
      ),
    );
    const bytes = readFileSync(putCheckpoint('made/final.safetensors', 60, RUN));
    await new FolderCheckpoints('a', { run: RUN, keep: 1 }).save(undefined, bytes);
    expect(readFileSync('a/final.safetensors.superseded')).toEqual(end);
    expect(newestResumption('a')?.checkpoint.step).toBe(60);
    // Pruning is of those that are gone on with.
    expect(checkpoints().filter((name) => name.endsWith('.superseded'))).toHaveLength(3);
    // Once more: what was set aside before stays too.
    await start('a/step-000050.safetensors');
    expect(readFileSync('a/final.safetensors.superseded')).toEqual(end);
    expect(checkpoints()).toContain('final.safetensors.superseded-2');
  });

  it('keeps what it set aside the last three times, and of what is earlier what is not its own', async () => {
    await putFinishedRun();
    putCheckpoint('a/other.safetensors.superseded', 70, 'f'.repeat(32));
    writeFileSync('a/torn.safetensors.superseded', 'torn');
    const said: string[] = [];
    for (let time = 1; time <= 4; time++) {
      said.push(...(await start('a/step-000050.safetensors')));
      if (time % 2 === 1) putCheckpoint('a/step-000100.safetensors', 100, RUN);
      putCheckpoint('a/final.safetensors', 60 + time, RUN);
    }
    // The other run's counts as a time, too.
    expect(checkpoints()).toEqual([
      ...['final.safetensors', 'final.safetensors.superseded-3'],
      ...['final.safetensors.superseded-4', 'final.safetensors.superseded-5'],
      ...['other.safetensors.superseded', 'step-000050.safetensors'],
      ...['step-000100.safetensors.superseded-3', 'step-000100.safetensors.superseded-5'],
      ...['torn.safetensors.superseded'],
    ]);
    expect(said.filter((text) => text.startsWith('removed'))).toEqual(
      ['final', 'step-000150', 'step-000200'].map(
        (name) =>
          `removed a/${name}.safetensors.superseded-2: the run went back three times since it was set aside`,
      ),
    );
  });

  it('does so by a copy of a checkpoint that lies elsewhere', async () => {
    await putFinishedRun();
    await start(putCheckpoint('copies/final.safetensors', 180, RUN));
    expect(checkpoints()).toEqual([
      'final.safetensors.superseded',
      'step-000050.safetensors',
      'step-000150.safetensors',
      'step-000200.safetensors.superseded',
    ]);
  });

  it('calls those damaged that cannot be read, and would be replaced', async () => {
    await putFinishedRun();
    for (const name of ['step-000200', 'final']) writeFileSync(`a/${name}.safetensors`, 'torn');
    writeFileSync('a/step-000040.safetensors', 'torn');
    expect(await start('a/step-000150.safetensors')).toEqual(
      aside(['final.safetensors', 'step-000200.safetensors'], 'damaged', 'it cannot be read'),
    );
    expect(checkpoints()).toContain('step-000040.safetensors');
  });

  it.each(['run.json', 'step-000150.safetensors.superseded'])(
    'leaves everything where it was when %s cannot be written',
    async (name) => {
      await putFinishedRun();
      const before = checkpoints();
      const full: FileSystem = {
        ...nodeFiles,
        rename: (from, to) =>
          to === `a/${name}` ? Promise.reject(new Error('no room')) : nodeFiles.rename(from, to),
      };
      const said: string[] = [];
      await expect(startFrom(readResumption('a/step-000050.safetensors'), full, said)).rejects.toThrow(
        'no room',
      );
      expect(checkpoints()).toEqual(before);
      expect(said).toContain('put a/final.safetensors back: the run did not start');
      expect(newestResumption('a')?.checkpoint.step).toBe(250);
    },
  );

  it('is none where the furthest good checkpoint is gone on with: the end that an extended run once had stays', async () => {
    await putFinishedRun();
    putCheckpoint('a/step-000300.safetensors', 300, RUN);
    const before = checkpoints();
    expect(await startFrom(newestResumption('a')!)).toEqual([]);
    expect(checkpoints()).toEqual(before);
  });
});

describe('a start that goes back behind a step in which bits disagreed', () => {
  /** A run with checkpoints of steps 100, 200, 300 and of its end, whose bits disagreed in step 150. */
  async function putDoubtfulRun(): Promise<void> {
    await putRun('a', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [100, 200, 300] });
    putCheckpoint('a/final.safetensors', 320, RUN);
    await writeRunRecord('a', withDoubt(readRunRecord('a')!, 150));
  }

  it('is not led back to what follows from it: the next start goes on from its own checkpoints', async () => {
    await putDoubtfulRun();
    const said = await start('a/step-000100.safetensors');
    const names = ['final', 'step-000200', 'step-000300'].map((name) => `${name}.safetensors`);
    expect(said.toSorted()).toEqual(
      aside(names, 'doubtful', 'it follows from step 150, in which bits disagreed'),
    );
    expect(readRunRecord('a')).not.toHaveProperty('disagreedAt');
    const bytes = readFileSync(putCheckpoint('made/step-000120.safetensors', 120, RUN));
    await new FolderCheckpoints('a', { run: RUN, keep: 1 }).save(120, bytes);
    expect(newestResumption('a')?.checkpoint.step).toBe(120);
    expect(checkpoints()).toEqual(
      [...names.map((name) => `${name}.doubtful`), 'step-000120.safetensors'].sort(),
    );
  });

  it('is none where it goes on from a later step: the doubt stays, and calls no checkpoint doubtful', async () => {
    await putDoubtfulRun();
    await start('a/step-000200.safetensors');
    expect(checkpoints()).toEqual([
      'final.safetensors.superseded',
      ...['step-000100.safetensors', 'step-000200.safetensors', 'step-000300.safetensors.superseded'],
    ]);
    expect(readRunRecord('a')?.disagreedAt).toBe(150);
  });

  it('goes back also by a copy of a checkpoint that lies elsewhere', async () => {
    await putDoubtfulRun();
    await start(putCheckpoint('copies/step-000100.safetensors', 100, RUN));
    expect(newestResumption('a')?.checkpoint.step).toBe(100);
  });

  it('knows by the checkpoints themselves where the folder’s record does not', async () => {
    await putRun('a', { run: RUN, began: '2026-11-29T09:00:00.000Z', steps: [100, 140] });
    putCheckpoint('a/step-000200.safetensors', 200, RUN, 150);
    await start('a/step-000100.safetensors');
    expect(checkpoints()).toEqual([
      'step-000100.safetensors',
      'step-000140.safetensors.superseded',
      'step-000200.safetensors.doubtful',
    ]);
  });
});
