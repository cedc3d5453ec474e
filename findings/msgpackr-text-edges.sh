#!/usr/bin/env bash
# What msgpackr 2.1.3 makes of a text depends on its length and on the build: a half of a surrogate pair becomes three
# characters up to 63 characters and one from 64 on; a byte-order mark in front is lost over 64 bytes by the build for
# browsers (index-no-eval) alone. Needs Node 20 or newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund msgpackr@2.1.3 >/dev/null
cat >run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import * as forNode from 'msgpackr';
import forBrowsers from 'msgpackr/index-no-eval';
const { version } = JSON.parse(readFileSync('node_modules/msgpackr/package.json', 'utf8'));
console.log(`Node ${process.versions.node}, msgpackr ${version}`);
console.log('guess: a text comes back in the same way whatever its length, from every build');

const through = ({ Packr }, text) => {
  const packr = new Packr({ useRecords: false });
  return packr.unpack(packr.pack({ text })).text;
};
const seen = {};
for (const [build, library] of [['Node', forNode], ['browsers', forBrowsers]]) {
  for (const length of [63, 64]) {
    const tail = through(library, `${'x'.repeat(length - 1)}\ud83d`).slice(length - 1);
    seen[`half a pair at the end of ${length} characters, build for ${build}`] = JSON.stringify(tail);
  }
  for (const bytes of [64, 65]) {
    const text = `\ufeff${'x'.repeat(bytes - 3)}`;
    seen[`byte-order mark in front of ${bytes} bytes, build for ${build}`] = through(library, text) === text ? 'kept' : 'lost';
  }
}
console.log('seen:');
for (const [what, result] of Object.entries(seen)) console.log(`  ${what}: ${result}`);
const [short, long] = ['"\ufffd\ufffd\ufffd"', '"\ufffd"'];
const described = [short, long, 'kept', 'kept', short, long, 'kept', 'lost'];
const isAsDescribed = Object.values(seen).join() === described.join();
console.log(isAsDescribed ? 'as described' : 'CHANGED');
process.exitCode = isAsDescribed ? 0 : 1;
JS
node run.mjs
