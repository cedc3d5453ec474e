import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadLibrary, readBuildReport } from './library.ts';

const SCRIPT = path.join(import.meta.dirname, '../build.mjs');

describe('the build of the native kernels', () => {
  let folder: string;
  let out: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lockstep-build-'));
    out = path.join(folder, 'dist');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the build where only the programs in `folder` are to be found. */
  const build = (...args: string[]) =>
    spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8', env: { PATH: folder } });

  /** A compiler that calls itself `name` and ends with `status`, unless it is asked for its version. */
  const pretendCompiler = (name: string, status: number): void => {
    const script = `#!/bin/sh\nif [ "$1" = --version ]; then echo "${name} 1.0"; exit 0; fi\necho "kernel.c:1: error: no" >&2; exit ${status}\n`;
    writeFileSync(path.join(folder, name), script);
    chmodSync(path.join(folder, name), 0o755);
  };

  it('succeeds without a compiler, in one line that says so', async () => {
    const { status, stdout, stderr } = build('--out', out);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      'native kernels: no C compiler was found when Lockstep was installed (cc, gcc, clang); without them WebAssembly computes\n',
    );
    expect(readBuildReport(out)?.variants).toEqual([]);
    expect((await loadLibrary({ folder: out, override: '' })).why).toContain('no C compiler was found');
  });

  it('succeeds with a compiler that fails, in one line that says why', () => {
    pretendCompiler('gcc', 1);
    const { status, stdout } = build('--out', out);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^native kernels: gcc 1\.0 could not build the \w+ kernels: kernel\.c:1: error: no; .*\n$/,
    );
  });

  it('takes the first of cc, gcc and clang that is there', () => {
    pretendCompiler('clang', 0);
    pretendCompiler('gcc', 0);
    expect(build('--fingerprint').stdout).toBe(`${process.platform} ${process.arch} gcc 1.0\n`);
  });

  it('takes away what an earlier build left', () => {
    expect(build('--out', out).status).toBe(0);
    writeFileSync(path.join(out, 'kernels-old.so'), '');
    expect(build('--out', out).status).toBe(0);
    expect(readdirSync(out)).toEqual(['native.json']);
  });
});
