import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointFileName, FINAL_CHECKPOINT_NAME, listCheckpoints, setAside } from './checkpoint-files.ts';
import { refusal } from './testing/refusal.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

/** A folder with these files, and with things that look like checkpoints and are none. */
function folderWith(...names: string[]): { readonly folder: string; readonly others: string[] } {
  const folder = temporaryFolder();
  const files = [
    ...[
      FINAL_CHECKPOINT_NAME,
      '.step-000001.safetensors.0123456789abcdef.lockstep-tmp',
      'step-1.safetensors',
    ],
    ...[
      'step-0000100.safetensors',
      'step-000001.safetensors.bak',
      'my-step-000001.safetensors',
      'journal.ndjson',
    ],
  ];
  for (const name of [...names, ...files]) writeFileSync(join(folder, name), name);
  mkdirSync(join(folder, 'step-000002.safetensors'));
  symlinkSync(join(folder, 'journal.ndjson'), join(folder, 'step-000003.safetensors'));
  return { folder, others: [...files, 'step-000002.safetensors', 'step-000003.safetensors'] };
}

describe('checkpointFileName', () => {
  it('has six digits, or more when the step needs them', () => {
    expect([0, 300, 999_999, 1_000_000].map(checkpointFileName)).toEqual([
      'step-000000.safetensors',
      'step-000300.safetensors',
      'step-999999.safetensors',
      'step-1000000.safetensors',
    ]);
  });

  it.each([-1, 0.5, NaN, 1e15])('refuses %d, which is no step', (step) => {
    expect(() => checkpointFileName(step)).toThrowError(refusal('bad-argument'));
  });
});

describe('listCheckpoints', () => {
  it('lists step checkpoints by step, newest first, and nothing else', () => {
    const { folder } = folderWith(...[300, 1_000_000, 42].map(checkpointFileName));
    expect(listCheckpoints(folder)).toEqual(
      [1_000_000, 300, 42].map((step) => {
        const name = checkpointFileName(step);
        return { path: join(folder, name), name, step };
      }),
    );
  });

  it('lists none in a folder that is not there, and refuses what is no folder', () => {
    const folder = temporaryFolder();
    expect(listCheckpoints(join(folder, 'nowhere'))).toEqual([]);
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => listCheckpoints(file)).toThrowError(refusal('read-failed', file));
  });
});

describe('setAside', () => {
  it('keeps a damaged file under another name, where no checkpoint is looked for', async () => {
    const { folder } = folderWith('step-000300.safetensors', 'step-000200.safetensors');
    const aside = await setAside(join(folder, 'step-000300.safetensors'));
    expect(aside).toBe(join(folder, 'step-000300.safetensors.damaged'));
    expect(readdirSync(folder)).toContain('step-000300.safetensors.damaged');
    expect(listCheckpoints(folder).map(({ step }) => step)).toEqual([200]);
  });

  it('says what is wrong when it cannot', async () => {
    await expect(setAside(join(temporaryFolder(), 'gone'))).rejects.toEqual(
      refusal('write-failed', 'gone', 'ENOENT'),
    );
  });
});
