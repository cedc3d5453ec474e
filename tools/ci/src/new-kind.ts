/** Counts the files that a new optimizer, loss and activation touch: writes made-up ones in a scratch clone, and tests them there. */
import path from 'node:path';
import { BareError } from './bare/bare-error.ts';
import { output } from './bare/commands.ts';
import { runTool, say, temporaryFolder } from './bare/tool.ts';
import { workspaceRoot } from './bare/tree.ts';
import { MADE_UP_KINDS, type MadeUpKind } from './new-kind/made-up-kinds.ts';
import { lendPackages, touched, write } from './new-kind/scratch.ts';

const HELP = `Usage: npm run new-kind

Clones the last commit, and in the clone adds a made-up optimizer, loss and activation, one after the
other: its file, and its line in each list. Runs the generators, asks git what has changed, and runs the
contract tests that every kind has to pass. Nothing here is changed.

  --help  print this

Exits 1 when anything else was touched, or a test fails; 2 on a bad argument.`;

async function makeClone(place: string): Promise<string> {
  await output(['git', 'clone', '--quiet', workspaceRoot, place]);
  lendPackages(workspaceRoot, place);
  const { stdout } = await output(['git', 'rev-parse', '--short', 'HEAD'], { cwd: place });
  return stdout.trim();
}

async function tryKind(kind: MadeUpKind, place: string): Promise<boolean> {
  const node = (...args: readonly string[]) => output([process.execPath, ...args], { cwd: place });
  write(kind, place);
  if (kind.hasOperations) await node('tools/kernels/build-wasm.mjs', '--update');
  await node('tools/run.mjs', 'golden/write-vectors');
  await node('tools/run.mjs', 'schemas/write-schemas');
  const { written, lists, generated } = await touched(place);
  const wanted = [Object.keys(kind.files), [...new Set(kind.insertions.map(({ file }) => file))]];
  const isRight =
    JSON.stringify([written, lists]) === JSON.stringify(wanted.map((files) => [...files].sort()));
  say(`${kind.sort}: ${isRight ? 'its file and its lines alone' : 'TOUCHES OTHER FILES'}`);
  say(`  written    ${written.join(', ')}`);
  say(`  a line in  ${lists.join(', ')}`);
  say(`  generated  ${generated.join(', ')}`);
  for (const [folder, ...files] of kind.tests) {
    await node('node_modules/vitest/vitest.mjs', 'run', '--root', folder, ...files);
    say(`  passes     ${folder}: ${files.join(', ')}`);
  }
  return isRight;
}

async function run(): Promise<number> {
  const folder = temporaryFolder('new-kind');
  const place = path.join(folder, 'clone');
  say(`at commit ${await makeClone(place)}`);
  let isRight = true;
  for (const kind of MADE_UP_KINDS) {
    if (!(await tryKind(kind, place))) isRight = false;
    await output(['git', 'reset', '--quiet', '--hard'], { cwd: place });
    await output(['git', 'clean', '--quiet', '-fd'], { cwd: place });
  }
  return isRight ? 0 : 1;
}

await runTool({
  name: 'new-kind',
  help: HELP,
  readOptions: (args) => {
    if (args.length === 0) return {};
    if (args.length === 1 && args[0] === '--help') return 'help';
    throw new BareError('bad-argument', `it takes no arguments but --help, not ${args.join(' ')}`);
  },
  run,
});
