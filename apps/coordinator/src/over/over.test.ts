import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readEnded, removeEnded, writeEnded } from './ended-file.ts';
import { linger, lingerSecondsOf } from './linger.ts';

const ended = { reason: 'completed', step: 30, weightsSha256: 'ab'.repeat(32) } as const;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-over-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('the answer that a finished coordinator leaves', () => {
  it('is there for later ones, until the run goes on', async () => {
    const folder = temporaryFolder();
    expect(readEnded(folder)).toBeUndefined();
    await writeEnded(folder, ended);
    expect(readEnded(folder)).toEqual(ended);
    await removeEnded(folder);
    await removeEnded(folder);
    expect(readEnded(folder)).toBeUndefined();
  });

  it.each([
    'no JSON',
    'null',
    JSON.stringify({ version: 2, ...ended }),
    JSON.stringify({ version: 1, ...ended, reason: 'stopped' }),
    JSON.stringify({ version: 1, ...ended, step: 1.5 }),
    JSON.stringify({ version: 1, ...ended, weightsSha256: 'AB' }),
  ])('is none where its file holds %s', (text) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'ended.json'), text);
    expect(readEnded(folder)).toBeUndefined();
  });
});

describe('a coordinator whose run is over', () => {
  it('stays for the longest wait of a worker, under train not at all, and as it is told', () => {
    expect(lingerSecondsOf(undefined, false)).toBe(30);
    expect(lingerSecondsOf(undefined, true)).toBe(0);
    expect(lingerSecondsOf(5, true)).toBe(5);
    expect(lingerSecondsOf(0, false)).toBe(0);
  });

  it('stays no longer than it is wanted', async () => {
    const begun = performance.now();
    await linger(0, new Promise(() => undefined));
    await linger(600, Promise.resolve('SIGTERM'));
    await linger(0.02, new Promise(() => undefined));
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
