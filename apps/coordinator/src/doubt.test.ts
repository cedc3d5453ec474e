import { mkdirSync } from 'node:fs';
import {
  newRunRecord,
  nodeFiles,
  readRunRecord,
  withDoubt,
  writeRunRecord,
  type FileSystem,
} from '@lockstep/storage';
import { describe, expect, it } from 'vitest';
import { DoubtFile, doubtOf } from './doubt.ts';
import { useTemporaryFolder } from './testing/working-folder.ts';

useTemporaryFolder();

/** The folder of a run, in which bits disagreed or not. */
async function runIn(folder: string, disagreedAt?: number): Promise<string> {
  mkdirSync(folder);
  await writeRunRecord(folder, withDoubt(newRunRecord(), disagreedAt));
  return folder;
}

describe('the doubt of a start', () => {
  it('is that of its folder, where it goes on from a later step', async () => {
    const folder = await runIn('own', 7);
    expect(doubtOf([folder], { step: 8 })).toBe(7);
    expect(doubtOf([folder], { step: 7 })).toBeUndefined();
    expect(doubtOf([folder], undefined)).toBeUndefined();
  });

  it('comes with a checkpoint out of another folder, and the earliest counts', async () => {
    const [own, other, sound] = [await runIn('own', 9), await runIn('other', 7), await runIn('sound')];
    expect(doubtOf([sound, other], { step: 20 })).toBe(7);
    expect(doubtOf([own, other], { step: 20 })).toBe(7);
    expect(doubtOf([own, other], { step: 8 })).toBe(7);
    expect(doubtOf([sound, undefined], { step: 20 })).toBeUndefined();
    expect(doubtOf(['nowhere', undefined], { step: 20 })).toBeUndefined();
  });

  it('comes with the checkpoint itself, where no folder knows of it', async () => {
    const sound = await runIn('sound');
    expect(doubtOf([sound, 'copies'], { step: 20, disagreedAt: 7 })).toBe(7);
    expect(doubtOf([await runIn('own', 5)], { step: 20, disagreedAt: 7 })).toBe(5);
    expect(doubtOf([sound], { step: 7, disagreedAt: 7 })).toBeUndefined();
  });
});

describe('the file with the doubt', () => {
  it('has the earliest step, whatever was noted in which order', async () => {
    const folder = await runIn('own');
    const file = new DoubtFile(folder, nodeFiles, (text) => expect.unreachable(text));
    for (const step of [9, 7, 8, 12]) file.note(step);
    await file.close();
    expect(readRunRecord(folder)?.disagreedAt).toBe(7);
    const next = new DoubtFile(folder, nodeFiles, (text) => expect.unreachable(text));
    next.note(30);
    await next.close();
    expect(readRunRecord(folder)?.disagreedAt).toBe(7);
  });

  it('that cannot be written is said, and the run goes on', async () => {
    const folder = await runIn('own');
    const full: FileSystem = { ...nodeFiles, open: () => Promise.reject(new Error('no space')) };
    const warnings: string[] = [];
    const file = new DoubtFile(folder, full, (text) => void warnings.push(text));
    file.note(7);
    await file.close();
    expect(warnings).toEqual([expect.stringMatching(/bits disagreed in step 7 is not written down: /)]);
  });
});
