/** Writes the test vectors for other implementations, docs/vectors, and the digests that backends are proved by. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DIGESTS_FILE, digestsText } from './vectors/digests.ts';
import { vectorsText, VECTORS_FILE } from './vectors/vectors.ts';

const HELP = `Usage: node tools/run.mjs golden/write-vectors

Writes what the product's own code computes on the reference backend: to docs/vectors, for whoever
writes another implementation by docs/exactness.md, and the digests of the golden workload to
libs/nn/src/golden/digests.generated.ts. A test compares both with the code.

  --help    print this
`;

if (process.argv.includes('--help')) {
  process.stdout.write(HELP);
} else {
  mkdirSync(path.dirname(VECTORS_FILE), { recursive: true });
  writeFileSync(VECTORS_FILE, vectorsText());
  writeFileSync(DIGESTS_FILE, digestsText());
}
