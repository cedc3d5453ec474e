#!/usr/bin/env node
// Bundles the page of this repository for browsers, from src/ into dist/, and prints what its files weigh on the wire.
//   node ../../tools/build/web.mjs [--analyze]      (run in apps/web, as its build target does)
import { copyFile, readFile, rm } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { analyzeMetafile, build } from 'esbuild';

const { argv, stdout } = process;
const isAnalysis = argv[2] === '--analyze';
if (argv.length > (isAnalysis ? 3 : 2)) {
  stdout.write(
    'usage: web.mjs [--analyze]   bundles the page in src/ into dist/, in the current folder; --analyze: by source file\n',
  );
  process.exit(argv[2] === '--help' ? 0 : 2);
}
await rm('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { page: 'src/page.ts', compute: 'src/compute/compute.ts' },
  outdir: 'dist',
  bundle: true,
  minify: true,
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
});
await copyFile('src/index.html', 'dist/index.html');
for (const name of ['index.html', 'page.js', 'compute.js']) {
  const bytes = await readFile(`dist/${name}`);
  stdout.write(`${name} ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped\n`);
}
if (isAnalysis) stdout.write(await analyzeMetafile(metafile));
