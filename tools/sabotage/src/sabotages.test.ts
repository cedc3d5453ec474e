import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenarioOf, trainAlone } from '@lockstep/simulation';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildBroken, edited } from './broken-build.ts';
import { hunt } from './hunt.ts';
import { SABOTAGES } from './sabotages.ts';

const root = join(import.meta.dirname, '../../..');

/** The bundles of the product, where they were built. */
function productBundles(): string[] {
  return readdirSync(join(root, 'apps'))
    .map((app) => join(root, 'apps', app, 'dist'))
    .filter((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((file) => /\.m?js$/.test(file));
}

describe('the sabotages', () => {
  it('are ten, each with a name of its own', () => {
    expect(new Set(SABOTAGES.map(({ name }) => name)).size).toBe(10);
  });

  it.each(SABOTAGES)('$name finds its places in the sources', ({ edits }) => {
    for (const { file } of edits) {
      expect(edited(file, edits)).not.toBe(readFileSync(join(root, file), 'utf8'));
    }
  });

  it('are refused where a source no longer reads as they expect', () => {
    const edit = { file: 'package.json', find: 'no such text', replace: '' };
    expect(() => edited('package.json', [edit])).toThrow(
      /package\.json has 0 places that read "no such text"/,
    );
  });

  it('leave no trace in what is built of the product', () => {
    const bundles = productBundles();
    expect(bundles.length).toBeGreaterThan(0);
    for (const bundle of bundles) {
      // The command carries the workspace's manifest, whose scripts name the tool.
      const text = readFileSync(bundle, 'utf8').replace('sabotage: "node tools/run.mjs sabotage/main"', '');
      expect(text).not.toMatch(/sabotage/i);
    }
  });

  it('are hunted in a process of their own, which says what it noticed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-hunt-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const expected = await trainAlone(scenarioOf(2));
    const build = async (name: string): Promise<string> => {
      const bundle = join(folder, `${name}.mjs`);
      await buildBroken(SABOTAGES.find((one) => one.name === name)?.edits ?? [], bundle);
      return bundle;
    };
    expect(await hunt(await build('sound'), [{ seed: 2, expected }], 30)).toEqual({});
    expect(await hunt(await build('arrival-order'), [{ seed: 2, expected }], 30)).toMatchObject({
      seed: 2,
      failure: expect.stringContaining('where a single process has'),
    });
  });
});
