import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-native-thread-'));
  await build({
    entryPoints: ['leaving-process', 'loading-thread'].map((name) =>
      path.join(import.meta.dirname, `testing/${name}.ts`),
    ),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a thread that loads native kernels', () => {
  it.each([
    ['end', 0],
    ['exit', 7],
  ] as const)('has loaded before an early "%s" is carried out', (how, status) => {
    const file = path.join(folder, how);
    const thread = pathToFileURL(path.join(folder, 'loading-thread.mjs')).href;
    const ended = spawnSync(process.execPath, [path.join(folder, 'leaving-process.mjs'), thread, file, how]);
    expect(ended).toMatchObject({ status, signal: null });
    expect(ended.stderr.toString()).toBe('');
    expect(readFileSync(file, 'utf8')).toBe('loaded');
  });
});
