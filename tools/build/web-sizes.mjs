#!/usr/bin/env node
// Says what the built pages weigh on the wire, and fails when one is heavier than it may be.
//   node ../../tools/build/web-sizes.mjs      (run in apps/web, at the end of its build target)
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const { argv, stdout } = process;
if (argv.length > 2) {
  stdout.write(
    'usage: web-sizes.mjs   weighs the pages in dist/, in the current folder, against their budgets\n',
  );
  process.exit(argv[2] === '--help' ? 0 : 2);
}

/**
 * Most bytes of each page, gzipped, the kernels left out: what it loads before it shows anything, and that with its threads and
 * what else it loads later. Threads know every kind of layer and loss, without its schema (docs/adr/0022-models.md).
 */
const BUDGETS = { join: { atOnce: 12_000, all: 40_000 }, dashboard: { atOnce: 72_000, all: 80_000 } };

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const assets = readdirSync('dist/assets');

/** The files an entry of the manifest loads, directly or not. */
function filesOf(key, seen = new Set()) {
  const { file, css = [], imports = [] } = manifest[key];
  for (const name of [file, ...css]) seen.add(name);
  for (const next of imports) if (!seen.has(manifest[next].file)) filesOf(next, seen);
  return seen;
}

/** Adds what the files start or load later, by the names in their text. */
function addNamed(files) {
  for (const file of files) {
    const text = readFileSync(`dist/${file}`, 'utf8');
    // A set that grows is walked to its new end.
    for (const name of assets) if (text.includes(name)) files.add(`assets/${name}`);
  }
}

const weightOf = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;

let isTooHeavy = false;
const totalOf = (files) =>
  [...files].filter((file) => !file.includes('kernels')).reduce((sum, file) => sum + weightOf(file), 0);

for (const [name, budget] of Object.entries(BUDGETS)) {
  const entry = Object.keys(manifest).find((key) => manifest[key].isEntry && manifest[key].name === name);
  const files = filesOf(entry);
  const atOnce = totalOf(files);
  addNamed(files);
  const all = totalOf(files);
  stdout.write(
    `${name}: ${atOnce} of ${budget.atOnce} bytes gzipped at once, ${all} of ${budget.all} in all, beside the kernels\n`,
  );
  isTooHeavy ||= atOnce > budget.atOnce || all > budget.all;
}
if (isTooHeavy) {
  stdout.write('a page is heavier than it may be: see what was added, or what could be loaded later\n');
  process.exit(1);
}
