/**
 * `npm test`: the tests of every package through Nx, then one closing line for people and machines:
 * `N passed, N failed` (and `, N skipped` if any, each kind with its reason before). With `--steps`, the steps of steps.mjs run in between and count too.
 * Exits with 1 unless every package and step reported and nothing failed. Other arguments are Nx's.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { steps } from './steps.mjs';
import { summarize } from './summary.mjs';
import { readWorkspace, workspaceRoot } from './workspace.mjs';

const isWithSteps = process.argv.includes('--steps');
const argsOfNx = process.argv.slice(2).filter((arg) => arg !== '--steps');
const packages = readWorkspace().filter((pkg) => pkg.scripts.test !== undefined);
/** @param {import('./workspace.mjs').WorkspacePackage} pkg */
const resultsOf = (pkg) => path.join(workspaceRoot, pkg.folder, 'test-results.json');

/**
 * Whether there is a Chromium to test with: Nx must not put back results of tests that were skipped for want of one.
 * @type {Record<string, string>}
 */
const browsersHere = {};

/**
 * Runs a script of this repository to its end, its output being ours.
 * @param {string} script relative to the root
 * @param {readonly string[]} args
 * @returns {boolean} whether it succeeded
 */
function run(script, args) {
  const { status, error } = spawnSync(process.execPath, [path.join(workspaceRoot, script), ...args], {
    cwd: workspaceRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', ...browsersHere },
  });
  if (error) console.error(`${script} could not be started: ${error.message}. Run "npm ci" first.`);
  return status === 0;
}

/**
 * @param {string} folder where the results go
 * @returns {import('./summary.mjs').Source[]}
 */
const runSteps = (folder) =>
  steps.map(({ name, script, args }) => {
    const file = path.join(folder, `${name}.json`);
    console.log(`\n${name}:`);
    return { name, file, ranCleanly: run(script, [...args, '--results', file]) };
  });

// Results of an earlier run must not count. Nx puts back those of a package that has not changed.
for (const pkg of packages) rmSync(resultsOf(pkg), { force: true });
browsersHere.LOCKSTEP_TEST_CHROMIUM = run('tools/run.mjs', ['ci/browser']) ? 'here' : 'missing';
const nx = 'node_modules/nx/dist/bin/nx.js';
const ranCleanly = run(nx, ['run-many', '-t', 'test', '--output-style=static', ...argsOfNx]);
const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-steps-'));
const sources = [
  ...packages.map((pkg) => ({ name: pkg.name, file: resultsOf(pkg) })),
  ...(isWithSteps ? runSteps(folder) : []),
];
const summary = summarize(sources, ranCleanly);
rmSync(folder, { recursive: true });
for (const line of [...summary.skips, ...summary.problems]) console.log(line);
console.log(summary.line);
process.exitCode = summary.isGreen ? 0 : 1;
