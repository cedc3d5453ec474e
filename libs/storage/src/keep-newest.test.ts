import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointFileName, FINAL_CHECKPOINT_NAME } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { keepNewestCheckpoints } from './keep-newest.ts';
import { OTHER_RUN, putCheckpoint, RUN } from './testing/made-up-run.ts';
import { StorageError } from './storage-error.ts';
import { refusal } from './testing/refusal.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

function folderOf(steps: readonly number[], run: string | undefined = RUN): string {
  const folder = temporaryFolder();
  for (const step of steps) putCheckpoint(folder, checkpointFileName(step), { step, run });
  return folder;
}

const stepsIn = (folder: string): string[] =>
  readdirSync(folder)
    .map((name) => /^step-0*(\d+)\.safetensors$/.exec(name)?.[1] ?? name)
    .sort();

describe('keepNewestCheckpoints', () => {
  it('deletes those of the run that are behind the furthest, and never anything else', async () => {
    const folder = folderOf([41, 42, 300, 1_000_000]);
    putCheckpoint(folder, FINAL_CHECKPOINT_NAME, { step: 7, run: RUN });
    for (const name of ['journal.ndjson', '.step-000001.safetensors.0123456789abcdef.lockstep-tmp'])
      writeFileSync(join(folder, name), '');
    const kept = readdirSync(folder).filter((name) => !/00004[12]/.test(name));
    const deleted = await keepNewestCheckpoints(folder, { count: 2, run: RUN });
    expect(deleted).toEqual([42, 41].map((step) => join(folder, checkpointFileName(step))));
    expect(readdirSync(folder)).toEqual(kept);
  });

  it('leaves those of other runs, of no run and damaged ones where they are', async () => {
    const folder = folderOf([10, 20]);
    putCheckpoint(folder, checkpointFileName(5), { step: 5, run: OTHER_RUN });
    putCheckpoint(folder, checkpointFileName(6), { step: 6 });
    writeFileSync(join(folder, checkpointFileName(7)), 'torn');
    await keepNewestCheckpoints(folder, { count: 1, run: RUN });
    expect(stepsIn(folder)).toEqual(['20', '5', '6', '7']);
    await keepNewestCheckpoints(folder, { count: 1, run: OTHER_RUN });
    expect(stepsIn(folder)).toEqual(['20', '5', '6', '7']);
  });

  it('never deletes what was just written, though others are further', async () => {
    const folder = folderOf([400, 500, 600, 310]);
    const written = join(folder, checkpointFileName(310));
    expect(await keepNewestCheckpoints(folder, { count: 3, run: RUN, written })).toEqual([]);
    putCheckpoint(folder, checkpointFileName(320), { step: 320, run: RUN });
    await keepNewestCheckpoints(folder, {
      ...{ count: 3, run: RUN, written: join(folder, checkpointFileName(320)) },
    });
    expect(stepsIn(folder)).toEqual(['320', '400', '500', '600']);
  });

  it('goes by the step in the file, whatever its name says', async () => {
    const folder = folderOf([30, 40]);
    putCheckpoint(folder, checkpointFileName(1), { step: 50, run: RUN });
    putCheckpoint(folder, checkpointFileName(99), { step: 3, run: RUN });
    await keepNewestCheckpoints(folder, { count: 2, run: RUN });
    expect(stepsIn(folder)).toEqual(['1', '40']);
  });

  it('leaves the furthest when it is interrupted', async () => {
    const folder = folderOf([10, 20, 30, 40]);
    const lost = new StorageError('lock-lost', 'somebody else has the folder');
    const interrupted: FileSystem = {
      ...nodeFiles,
      remove: (path) => (path.includes('20') ? Promise.reject(lost) : nodeFiles.remove(path)),
    };
    await expect(keepNewestCheckpoints(folder, { count: 1, run: RUN }, interrupted)).rejects.toBe(lost);
    expect(stepsIn(folder)).toEqual(['20', '30', '40']);
  });

  it('deletes the others where one cannot be, and says which', async () => {
    const folder = folderOf([10, 20, 30, 40]);
    const sticky: FileSystem = {
      ...nodeFiles,
      remove: (path) =>
        path.includes('10') ? Promise.reject(new Error('immutable')) : nodeFiles.remove(path),
    };
    await expect(keepNewestCheckpoints(folder, { count: 1, run: RUN }, sticky)).rejects.toThrowError(
      refusal('write-failed', 'cannot remove', checkpointFileName(10), 'immutable'),
    );
    expect(stepsIn(folder)).toEqual(['10', '40']);
  });

  it.each([0, -1, NaN, 1.5])('refuses to keep %d', async (count) => {
    const folder = folderOf([1]);
    await expect(keepNewestCheckpoints(folder, { count, run: RUN })).rejects.toThrowError(
      refusal('bad-argument'),
    );
    expect(stepsIn(folder)).toEqual(['1']);
  });
});
