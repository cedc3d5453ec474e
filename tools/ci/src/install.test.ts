import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '../workspace.mjs';

interface Manifest {
  readonly allowScripts: Readonly<Record<string, boolean>>;
}
interface Lock {
  readonly packages: Readonly<
    Record<string, { hasInstallScript?: boolean; resolved?: string; link?: boolean; version?: string }>
  >;
}
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(workspaceRoot, file), 'utf8'));
const { allowScripts } = read('package.json') as Manifest;
const { packages } = read('package-lock.json') as Lock;
const installed = Object.entries(packages).filter(([place]) => place.includes('node_modules/'));
const nameOf = (place: string): string =>
  place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('npm ci', () => {
  it('knows of every package that would run a script, and runs none: Lockstep needs none of them', () => {
    const scripted = new Set(
      installed
        .filter(([, { hasInstallScript }]) => hasInstallScript === true)
        .map(([place]) => nameOf(place)),
    );
    expect(Object.keys(allowScripts).sort()).toEqual([...scripted].sort());
    expect(Object.values(allowScripts)).not.toContain(true);
  });

  it('asks the registry that npm is set to, whichever that is', () => {
    const elsewhere = installed.filter(([, { link, resolved }]) => link !== true && resolved !== undefined);
    expect(elsewhere.map(([place]) => place)).toEqual([]);
  });
});
