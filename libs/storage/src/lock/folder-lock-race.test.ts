import { readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { lockFolder, type FolderLock } from './folder-lock.ts';
import type * as lockFile from './lock-file.ts';

/** The next look at a folder finds no lock there: its holder lost it between the look at the names and that at the lock. */
const blink = vi.hoisted(() => ({ isNext: false }));

vi.mock('./lock-file.ts', async (importOriginal) => {
  const original = await importOriginal<typeof lockFile>();
  return {
    ...original,
    findLocks: (folder: string) => {
      const { isNext } = blink;
      blink.isNext = false;
      return isNext ? [] : original.findLocks(folder);
    },
  };
});

/** Takes `folder`, from whoever gives no sign of life, as a process of which nobody here can know whether it runs. */
async function take(folder: string, pid: number): Promise<FolderLock> {
  const me = { host: 'elsewhere', pid };
  const lock = await lockFolder(folder, { say: () => undefined, beatMs: 60_000, silenceMs: 60, me });
  onTestFinished(() => lock.release());
  return lock;
}

describe('a holder that was stopped while it looked at its lock', () => {
  it('does not take the folder from whoever took it over meanwhile', async () => {
    const folder = temporaryFolder();
    const first = await take(folder, 1);
    const second = await take(folder, 2);
    blink.isNext = true;
    expect(() => first.assertMine()).toThrowError(refusal('lock-lost', 'by process 2'));
    second.assertMine();
    expect(readdirSync(folder)).toEqual(['lock.2']);
  });

  it('does not take it from whoever began when that one was done', async () => {
    const folder = temporaryFolder();
    await take(folder, 1);
    const second = await take(folder, 2);
    const third = await take(folder, 3);
    third.release();
    const last = await take(folder, 4);
    blink.isNext = true;
    expect(() => second.assertMine()).toThrowError(refusal('lock-lost', 'by process 4'));
    last.assertMine();
    expect(readdirSync(folder)).toEqual(['lock']);
  });
});
