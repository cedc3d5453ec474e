/** Writes the kernels of the elementwise operations, in C and in AssemblyScript, from their definitions in libs/math/src/ops. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefinitionError } from './operations/definition-error.ts';
import { differingFiles, generateFiles } from './operations/generated-files.ts';

const HELP = `Usage: node tools/run.mjs kernels/generate-operations [--update]

Reads the operations that libs/math/src/ops/index.ts lists and compares what it makes of them with
the committed files, whose names end with .generated.c and .generated.ts.

  --update    write the files
  --help      print this

Exits 1 when a definition cannot be translated, which it says with its place, or a file differs.
`;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [option, ...others] = process.argv.slice(2);
if (option === '--help') process.stdout.write(HELP);
else if (others.length > 0 || (option !== undefined && option !== '--update')) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else process.exitCode = generate(option === '--update');

/** @returns the exit status */
function generate(isUpdate: boolean): number {
  try {
    const files = generateFiles(root);
    if (isUpdate) for (const [file, text] of files) writeFileSync(file, text);
    const differing = differingFiles(files).map((file) => path.relative(root, file));
    if (differing.length === 0) return 0;
    process.stderr.write(
      `what is made of libs/math/src/ops differs from what is committed: ${differing.join(', ')}\n` +
        'write it with: node tools/kernels/build-wasm.mjs --update\n',
    );
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    process.stderr.write(`libs/math/src/ops/${error.message}\n`);
  }
  return 1;
}
