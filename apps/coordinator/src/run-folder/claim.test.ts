import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimFolder } from './claim.ts';
import { useTemporaryFolder } from '../testing/working-folder.ts';

useTemporaryFolder();

describe('a claimed folder', () => {
  const now = new Date('2026-11-29T09:30:05.678Z');
  const claim = (path: string | undefined) =>
    claimFolder(path, { datasetName: '/data/my digits', now, say: () => undefined });

  it('is left as it was when the start is given up', async () => {
    for (const path of ['x/y/z', undefined]) {
      (await claim(path)).abandon();
      expect(readdirSync('.')).toEqual([]);
    }
    mkdirSync('there');
    (await claim('there/run')).abandon();
    expect(readdirSync('there')).toEqual([]);
    const { abandon } = await claim('kept');
    writeFileSync('kept/mine', '');
    abandon();
    expect(readdirSync('kept')).toEqual(['mine']);
  });

  it('has a name of its own when two runs start within a second', async () => {
    const claims = await Promise.all([claim(undefined), claim(undefined), claim(undefined)]);
    expect(claims.map(({ path }) => path).toSorted()).toEqual(
      ['', '-2', '-3'].map((end) => join('runs', `20261129-093005-my_digits${end}`)),
    );
    claims.forEach(({ abandon }) => abandon());
  });

  it('has a name that file systems take, however long that of the dataset is', async () => {
    const { path, abandon } = await claimFolder(undefined, {
      ...{ datasetName: 'long'.repeat(100), now, say: () => undefined },
    });
    expect(path).toBe(join('runs', `20261129-093005-${'long'.repeat(25)}`));
    abandon();
  });

  it('is one start’s at a time, by whatever link it is reached', async () => {
    mkdirSync('run');
    const first = await claim('run');
    symlinkSync('run', 'link');
    await expect(claim('link')).rejects.toThrow(/^locked: link is in use by process/);
    first.abandon();
    (await claim('link')).lock.release();
  });

  it('is no file, nor a link to nothing', async () => {
    writeFileSync('file', 'kept');
    symlinkSync('nowhere', 'dangling');
    await expect(claim('file')).rejects.toThrow(/not-a-folder/);
    await expect(claim('dangling')).rejects.toThrow(/dangling/);
    expect(readFileSync('file', 'utf8')).toBe('kept');
  });
});
