#!/usr/bin/env node
// Bundles an app of this repository for Node: every entry named, from src/ into dist/, with all it imports.
//   node ../../tools/build/bundle.mjs main process      (run in the app's folder, as its build target does)
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const entries = process.argv.slice(2);
if (entries.length === 0 || entries.includes('--help')) {
  process.stdout.write(
    'usage: bundle.mjs ENTRY...   bundles src/ENTRY.ts into dist/ENTRY.mjs, in the current folder\n',
  );
  process.exit(entries.length === 0 ? 2 : 0);
}
await rm('dist', { recursive: true, force: true });
const settings = {
  outdir: 'dist',
  outbase: 'src',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Optional accelerators of ws, which does without them; and koffi, a native module, without which there are no native kernels.
  external: ['bufferutil', 'utf-8-validate', 'koffi'],
  // CommonJS dependencies call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  chunkNames: 'chunk-[hash]',
  legalComments: 'eof',
  logLevel: 'warning',
};
const isThread = (name) => path.basename(name) === 'thread';
// Chunks are made for entries that load them together: a thread would load all that the process around it has in common with it, for
// some megabytes more of its memory.
const together = entries.filter((name) => !isThread(name));
for (const names of [together, ...entries.filter(isThread).map((name) => [name])]) {
  await build({ ...settings, entryPoints: names.map((name) => `src/${name}.ts`) });
}
