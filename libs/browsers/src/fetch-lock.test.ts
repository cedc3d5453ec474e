import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withLock } from './fetch-lock.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('withLock', () => {
  it('lets one work at a time, and gives the lock back when the work fails', async () => {
    const file = path.join(folder, 'below/a.lock');
    let atWork = 0;
    const seen: number[] = [];
    const work = async (): Promise<void> => {
      seen.push((atWork += 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      atWork -= 1;
      throw new Error('of the work');
    };
    const ends = await Promise.allSettled([withLock(file, work), withLock(file, work), withLock(file, work)]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(seen).toEqual([1, 1, 1]);
    expect(existsSync(file)).toBe(false);
  });

  it('takes a lock whose process is gone', async () => {
    const file = path.join(folder, 'b.lock');
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(file, String(pid));
    await expect(withLock(file, () => Promise.resolve('worked'))).resolves.toBe('worked');
  });
});
