import path from 'node:path';
import { build } from 'esbuild';

/** Bundles `testing/<name>.ts` into `folder`, for a process or a thread. @returns the file */
export async function bundleScript(name: string, folder: string): Promise<string> {
  const outfile = path.join(folder, `${name}.mjs`);
  await build({
    entryPoints: [path.join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi'],
  });
  return outfile;
}
