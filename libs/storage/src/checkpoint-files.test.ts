import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointFileName, FINAL_CHECKPOINT_NAME, listCheckpoints, setAside } from './checkpoint-files.ts';
import { refusal } from './testing/refusal.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

/** A folder with these files, and with things that look like checkpoints and are none. */
function folderWith(...names: string[]): string {
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
  symlinkSync('step-000002.safetensors', join(folder, 'step-000003.safetensors'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  symlinkSync('pipe', join(folder, 'step-000004.safetensors'));
  return folder;
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
    const folder = folderWith(...[300, 1_000_000, 42].map(checkpointFileName));
    expect(listCheckpoints(folder)).toEqual(
      [1_000_000, 300, 42].map((step) => {
        const name = checkpointFileName(step);
        return { path: join(folder, name), name, step };
      }),
    );
  });

  it('lists links by what they lead to, and those that lead nowhere: a checkpoint may have been there', () => {
    const folder = folderWith('somewhere');
    symlinkSync('somewhere', join(folder, checkpointFileName(20)));
    symlinkSync('nowhere', join(folder, checkpointFileName(30)));
    symlinkSync(checkpointFileName(40), join(folder, checkpointFileName(40)));
    expect(listCheckpoints(folder).map(({ step }) => step)).toEqual([40, 30, 20]);
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
    const folder = folderWith('step-000300.safetensors', 'step-000200.safetensors');
    const aside = await setAside(join(folder, 'step-000300.safetensors'), 'damaged');
    expect(aside).toBe(join(folder, 'step-000300.safetensors.damaged'));
    expect(readdirSync(folder)).toContain('step-000300.safetensors.damaged');
    expect(listCheckpoints(folder).map(({ step }) => step)).toEqual([200]);
  });

  it('replaces none that was set aside before', async () => {
    const folder = folderWith('step-000300.safetensors');
    const path = join(folder, 'step-000300.safetensors');
    const asides = [];
    for (const round of ['first', 'second', 'third']) {
      writeFileSync(path, round);
      asides.push(await setAside(path, 'doubtful'));
    }
    expect(asides).toEqual(['', '-2', '-3'].map((end) => `${path}.doubtful${end}`));
    expect(asides.map((aside) => readFileSync(aside, 'utf8'))).toEqual(['first', 'second', 'third']);
  });

  it('says what is wrong when it cannot', async () => {
    await expect(setAside(join(temporaryFolder(), 'gone'), 'damaged')).rejects.toEqual(
      refusal('write-failed', 'gone', 'ENOENT'),
    );
  });
});
