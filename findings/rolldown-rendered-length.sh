#!/usr/bin/env bash
# A profile of a bundle by `renderedLength` names modules of which nothing is left: Rolldown 1.2.19 (the bundler of Vite 8) keeps an
# unused constant that functions marked `@__NO_SIDE_EFFECTS__` make, as schemas of valibot are, and leaves it to its minifier, after the
# lengths of the chunk's modules were taken. Rollup 4.68.8 drops it before. Look at the code that is written, not at
# the list of modules. Needs Node 20 or newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "name": "shop", "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund --save-exact rolldown@1.2.19 rollup@4.68.8 valibot@1.5.0 >/dev/null
cat >price.js <<'JS'
import * as v from 'valibot';
export const schema = v.pipe(v.number(), v.minValue(0));
export const doubled = (price) => 2 * price;
JS
cat >main.js <<'JS'
import { doubled } from './price.js';
console.log(doubled(21));
JS
cat >see.mjs <<'JS'
import { createRequire } from 'node:module';
import { rolldown, VERSION } from 'rolldown';
import { rollup, VERSION as ROLLUP } from 'rollup';

const valibot = createRequire(import.meta.url).resolve('valibot').replace(/\.cjs$/, '.mjs');
const find = { name: 'find', resolveId: (id) => (id === 'valibot' ? valibot : null) };
/** Bytes that the chunk says valibot has in it, and bytes of all of its code. */
async function bytes(bundler, options) {
  const bundle = await bundler({ input: 'main.js', plugins: bundler === rollup ? [find] : [] });
  const { output } = await bundle.generate({ format: 'es', ...options });
  const [chunk] = output;
  const [, found] = Object.entries(chunk.modules).find(([id]) => id.includes('valibot')) ?? [];
  return { said: found?.renderedLength ?? 0, code: chunk.code.length };
}
console.log(`Node ${process.version}, rolldown ${VERSION}, rollup ${ROLLUP}`);
console.log('guess: no chunk has a byte of the schema that nobody uses, and none says so');
const seen = {
  'rollup': await bytes(rollup),
  'rolldown, minify: false': await bytes(rolldown, { minify: false }),
  'rolldown as it is': await bytes(rolldown),
  'rolldown, minify: true': await bytes(rolldown, { minify: true }),
};
for (const [name, { said, code }] of Object.entries(seen)) {
  console.log(`seen: ${name}: ${said} bytes of valibot by renderedLength, ${code} bytes of code in all`);
}
const { 'rolldown, minify: false': kept, 'rolldown as it is': dropped } = seen;
const isAsDescribed =
  seen.rollup.said === 0 && kept.code > 4000 && dropped.said === kept.said && dropped.said > 4000 && dropped.code < 100;
process.exit(isAsDescribed ? 0 : 1);
JS
node see.mjs
