import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from './file-system.ts';
import { FolderCheckpoints } from './folder-checkpoints.ts';
import { guardedFiles } from './guarded-files.ts';
import { StorageError } from './storage-error.ts';
import { madeUpCheckpoint, RUN } from './testing/made-up-run.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const checkpoint = (step: number): Uint8Array => madeUpCheckpoint({ step, run: RUN });

describe('FolderCheckpoints', () => {
  it('keeps the newest of a run, and the final one beside them', async () => {
    const folder = temporaryFolder();
    const checkpoints = new FolderCheckpoints(folder, { run: RUN, keep: 2 });
    for (const step of [10, 20, 30, 40, 50]) await checkpoints.save(step, checkpoint(step));
    const final = await checkpoints.save(undefined, checkpoint(60));
    expect(final).toBe(join(folder, 'final.safetensors'));
    expect(readdirSync(folder).sort()).toEqual([
      'final.safetensors',
      'step-000040.safetensors',
      'step-000050.safetensors',
    ]);
    expect(new Uint8Array(readFileSync(join(folder, 'step-000050.safetensors')))).toEqual(checkpoint(50));
  });

  it('writes nothing once the folder is not its own any more, and says why', async () => {
    const folder = temporaryFolder();
    const lost = new StorageError('lock-lost', 'somebody else has the folder');
    for (const lostAt of [1, 2]) {
      let asked = 0;
      const files = guardedFiles(nodeFiles, () => {
        if (++asked === lostAt) throw lost;
      });
      const checkpoints = new FolderCheckpoints(folder, { run: RUN, files });
      await expect(checkpoints.save(10, checkpoint(10))).rejects.toBe(lost);
      expect(readdirSync(folder)).toEqual([]);
    }
  });
});
