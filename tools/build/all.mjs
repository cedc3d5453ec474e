#!/usr/bin/env node
// Builds everything that runs: the `build` script of every package, as many at a time as there are processors. No build needs
// another's output. Nx would do the same, and keep the results, but takes longer to start than all of them to run.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { readWorkspace, workspaceRoot } from '../ci/workspace.mjs';

if (process.argv.length > 2) {
  process.stdout.write('usage: all.mjs   builds the apps, the pages and the native kernels\n');
  process.exit(process.argv[2] === '--help' ? 0 : 2);
}

/** Those that take longest, by the names of their packages: begun first, they end with the others. */
const LONGEST = ['@lockstep/math-native', '@lockstep/web'];

const delimiter = path.delimiter;
const binFolders = (folder) =>
  [folder, '.'].map((from) => path.join(workspaceRoot, from, 'node_modules/.bin')).join(delimiter);

/** Runs a package's build to its end. @returns what it said if it failed, or the notices it gave */
const build = ({ name, folder, scripts }) =>
  new Promise((resolve) => {
    const child = spawn(scripts.build, {
      shell: true,
      cwd: path.join(workspaceRoot, folder),
      env: { ...process.env, PATH: `${binFolders(folder)}${delimiter}${process.env.PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (said += text));
    }
    child.once('error', (error) => resolve({ name, hasFailed: true, said: error.message }));
    child.once('close', (status) => resolve({ name, hasFailed: status !== 0, said }));
  });

const waiting = readWorkspace()
  .filter(({ scripts }) => scripts.build !== undefined)
  .sort((a, b) => LONGEST.indexOf(b.name) - LONGEST.indexOf(a.name));

/** One line of builds: takes the next package until none is left. */
async function runLine() {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { name, hasFailed, said } = await build(next);
    if (hasFailed) {
      process.stderr.write(`${name} could not be built:\n${said}\n`);
      process.exitCode = 1;
    } else {
      process.stdout.write(said);
    }
  }
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, runLine));
