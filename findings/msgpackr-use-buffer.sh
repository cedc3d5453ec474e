#!/usr/bin/env bash
# A buffer given to one Packr of msgpackr 2.1.3 is written by every other one of the process, and where it is a plain
# Uint8Array, as the types allow, all of them fail on texts from 64 characters on. Needs Node 20 or newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund msgpackr@2.1.3 >/dev/null
cat >run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { Packr, unpack } from 'msgpackr';
const { version } = JSON.parse(readFileSync('node_modules/msgpackr/package.json', 'utf8'));
console.log(`Node ${process.versions.node}, msgpackr ${version}`);
console.log('guess: useBuffer(new Uint8Array(8192)) is for that Packr alone, and any text fits that the buffer holds');

const textOf = (length) => {
  try {
    return unpack(new Packr({ useRecords: false }).pack({ text: 'x'.repeat(length) })).text.length === length ? 'right' : 'wrong';
  } catch (error) {
    return error.message;
  }
};
const before = [63, 64].map(textOf);
const mine = new Uint8Array(8192);
new Packr({ useRecords: false }).useBuffer(mine);
const after = [63, 64].map(textOf); // by Packrs that were never given a buffer
const isMine = mine.some((byte) => byte !== 0);
console.log(`seen: before, texts of 63 and 64 characters are ${before.join(' and ')}; after, by another Packr: ${after.join(' and ')}`);
console.log(`      the other Packr wrote into the buffer: ${isMine}`);
const isAsDescribed =
  before.join() === 'right,right' && after[0] === 'right' && after[1] === 'target.utf8Write is not a function' && isMine;
console.log(isAsDescribed ? 'as described' : 'CHANGED');
process.exitCode = isAsDescribed ? 0 : 1;
JS
node run.mjs
