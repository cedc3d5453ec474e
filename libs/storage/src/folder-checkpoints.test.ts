import { lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles, type FileSystem } from './file-system.ts';
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

  it('replaces and prunes links, and leaves what they lead to alone', async () => {
    const [folder, archive] = [temporaryFolder(), temporaryFolder()];
    const names = ['step-000010.safetensors', 'step-000020.safetensors', 'final.safetensors'];
    for (const name of names) {
      writeFileSync(join(archive, name), checkpoint(name.includes('10') ? 10 : 20));
      symlinkSync(join(archive, name), join(folder, name));
    }
    const before = names.map((name) => readFileSync(join(archive, name)));
    const checkpoints = new FolderCheckpoints(folder, { run: RUN, keep: 1 });
    await checkpoints.save(20, checkpoint(20));
    await checkpoints.save(undefined, checkpoint(30));
    expect(readdirSync(folder).sort()).toEqual(['final.safetensors', 'step-000020.safetensors']);
    expect(readdirSync(folder).filter((name) => lstatSync(join(folder, name)).isSymbolicLink())).toEqual([]);
    expect(names.map((name) => readFileSync(join(archive, name)))).toEqual(before);
  });

  it('keeps what was written where an older one cannot be deleted, and warns of that once', async () => {
    const folder = temporaryFolder();
    const warnings: string[] = [];
    const warn = (text: string): void => void warnings.push(text);
    let isSticky = true;
    const files: FileSystem = {
      ...nodeFiles,
      remove: (path) =>
        isSticky && path.endsWith('step-000010.safetensors')
          ? Promise.reject(Object.assign(new Error('no'), { code: 'EPERM' }))
          : nodeFiles.remove(path),
    };
    const checkpoints = new FolderCheckpoints(folder, { run: RUN, keep: 1, files, warn });
    for (const step of [10, 20, 30]) await checkpoints.save(step, checkpoint(step));
    const final = await checkpoints.save(undefined, checkpoint(40));
    expect(final).toBe(join(folder, 'final.safetensors'));
    expect(warnings).toEqual([
      expect.stringMatching(
        /^an older checkpoint was not pruned: write-failed: cannot remove .*step-000010\.safetensors \(EPERM\); /,
      ),
    ]);
    expect(readdirSync(folder).sort()).toEqual([
      'final.safetensors',
      'step-000010.safetensors',
      'step-000030.safetensors',
    ]);
    isSticky = false;
    await checkpoints.save(50, checkpoint(50));
    expect(readdirSync(folder).sort()).toEqual(['final.safetensors', 'step-000050.safetensors']);
    expect(warnings).toHaveLength(1);
  });

  it('rejects when the folder was lost while it was written', async () => {
    const folder = temporaryFolder();
    const lost = new StorageError('lock-lost', 'somebody else has the folder');
    const warn = (text: string): void => expect.unreachable(text);
    const files: FileSystem = { ...nodeFiles, remove: () => Promise.reject(lost) };
    const checkpoints = new FolderCheckpoints(folder, { run: RUN, keep: 1, files, warn });
    await checkpoints.save(10, checkpoint(10));
    await expect(checkpoints.save(20, checkpoint(20))).rejects.toBe(lost);
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
