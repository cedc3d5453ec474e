/**
 * `npm test`: the tests of every package through Nx, then one closing line for people and machines:
 * `N passed, N failed` (and `, N skipped` if any). Exits with 1 unless every package reported and nothing failed.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { summarize } from './summary.mjs';
import { readWorkspace, workspaceRoot } from './workspace.mjs';

const packages = readWorkspace().filter((pkg) => pkg.scripts.test !== undefined);
/** @param {import('./workspace.mjs').WorkspacePackage} pkg */
const resultsOf = (pkg) => path.join(workspaceRoot, pkg.folder, 'test-results.json');

// Results of an earlier run must not count. Nx puts back those of a package that has not changed.
for (const pkg of packages) rmSync(resultsOf(pkg), { force: true });

const nx = path.join(workspaceRoot, 'node_modules/nx/dist/bin/nx.js');
const args = ['run-many', '-t', 'test', '--output-style=static', ...process.argv.slice(2)];
const run = spawnSync(process.execPath, [nx, ...args], {
  cwd: workspaceRoot,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
});
if (run.error) console.error(`Nx could not be started: ${run.error.message}. Run "npm ci" first.`);

const summary = summarize(
  packages.map((pkg) => ({ name: pkg.name, file: resultsOf(pkg) })),
  run.status === 0,
);
for (const problem of summary.problems) console.log(problem);
console.log(summary.line);
process.exitCode = summary.isGreen ? 0 : 1;
