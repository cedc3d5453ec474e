import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installedTorch, installTorch, torchPython } from './torch-peer.ts';

let folder = '';
const asked = (): string[] => readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n');

/**
 * A Python that makes virtual environments holding itself, whose pip knows some requirements, and that calls its PyTorch 2.13.0+x.
 */
function pretendPython(...known: readonly string[]): void {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const script = [
    '#!/bin/sh',
    'case "$*" in',
    `  "-m venv "*) /bin/mkdir -p "$3/bin"; /bin/cp "$0" "$3/bin/python" ;;`,
    `  "-m pip install "*) for last; do :; done; echo "$last" >> ${folder}/asked`,
    `    case " ${known.join(' ')} " in *" $last "*) ;; *) echo "ERROR: No matching distribution found for $last" >&2; exit 1 ;; esac ;;`,
    '  *torch.__version__*) echo 2.13.0+x ;;',
    'esac',
  ];
  writeFileSync(path.join(bin, 'python3'), `${script.join('\n')}\n`);
  chmodSync(path.join(bin, 'python3'), 0o755);
  vi.stubEnv('PATH', bin);
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-torch-'));
  vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe.runIf(process.platform === 'linux')('PyTorch for the bench', () => {
  it('is the CPU build, asked for by its name, in an environment below the cache, once', () => {
    pretendPython('torch==2.13.0+cpu', 'torch==2.13.0');
    installTorch(false);
    installTorch(false);
    expect(asked()).toEqual(['torch==2.13.0+cpu']);
    expect(installedTorch()).toBe('2.13.0+x');
    expect(torchPython()).toBe(path.join(folder, 'cache/lockstep/torch-2.13.0/bin/python'));
  });

  it.runIf(process.arch === 'x64')('is nothing that may be gigabytes, unless it is asked for', () => {
    pretendPython('torch==2.13.0');
    expect(() => installTorch(false)).toThrow(
      /no CPU build of PyTorch 2\.13\.0, and any other may be gigabytes of CUDA: .*PIP_EXTRA_INDEX_URL.*--any-torch.*No matching/,
    );
    expect(asked()).toEqual(['torch==2.13.0+cpu']);
    expect(installedTorch()).toBeUndefined();
    expect(existsSync(path.join(folder, 'cache/lockstep/torch-2.13.0'))).toBe(false);
    installTorch(true);
    expect(installedTorch()).toBe('2.13.0+x');
  });

  it('says what is missing where there is no Python', () => {
    vi.stubEnv('PATH', folder);
    expect(() => installTorch(false)).toThrow(/needs Python 3\.10 or newer, and none is here/);
  });
});
