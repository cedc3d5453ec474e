import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from './testing/bundle-script.ts';
import type { WayToLeave } from './testing/leaving-process.ts';

let folder: string;
let script: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-native-thread-'));
  script = await bundleScript('leaving-process', folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a thread that loads native kernels', () => {
  it.each<[WayToLeave, number]>([
    ['end', 0],
    ['exit', 7],
  ])('has loaded before an early "%s" is carried out', (how, status) => {
    const file = path.join(folder, how);
    const ended = spawnSync(process.execPath, [script, file, how]);
    expect(ended).toMatchObject({ status, signal: null });
    expect(ended.stderr.toString()).toBe('');
    expect(readFileSync(file, 'utf8')).toBe('loaded');
  });
});
