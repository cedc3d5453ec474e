import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Edit } from './sabotages.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The text of a source after the edits that concern it. @throws when a place is not found exactly once */
export function edited(file: string, edits: readonly Edit[]): string {
  let text = readFileSync(join(root, file), 'utf8');
  for (const { find, replace } of edits.filter((edit) => edit.file === file)) {
    const parts = text.split(find);
    if (parts.length !== 2) {
      throw new Error(
        `${file} has ${parts.length - 1} places that read ${JSON.stringify(find)}: adapt the sabotage`,
      );
    }
    text = parts.join(replace);
  }
  return text;
}

/** Bundles the seeker of a broken product, with `edits` made to the product's sources, into `outfile`. */
export async function buildBroken(edits: readonly Edit[], outfile: string): Promise<void> {
  const breaking: Plugin = {
    name: 'breaking',
    setup(bundle) {
      bundle.onLoad({ filter: /[\\/](?:libs|tools)[\\/].*\.ts$/ }, ({ path }) => ({
        contents: edited(relative(root, path).replaceAll('\\', '/'), edits),
        loader: 'ts',
      }));
    },
  };
  await build({
    entryPoints: [join(root, 'tools/sabotage/src/seeker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    plugins: [breaking],
  });
}
