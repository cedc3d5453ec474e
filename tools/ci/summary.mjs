import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The results of one package's tests, as vitest's JSON reporter writes them (the fields that are read here).
 * @typedef {object} Results
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {readonly ResultFile[]} testResults
 *
 * @typedef {object} ResultFile
 * @property {string} name
 * @property {string} status
 * @property {string} message
 * @property {readonly { fullName: string, status: string }[]} assertionResults
 */

/**
 * Adds up the results of several packages.
 * @param {readonly { name: string, file: string }[]} packages each with the file that holds its results
 * @param {boolean} ranCleanly whether the run itself succeeded; if not, and no test tells why, that counts as a failure
 * @returns {{ line: string, problems: string[], isGreen: boolean }} the closing line, one line per failed test, per
 *   test file that failed without a failed test, and per package without results; green when nothing failed and at
 *   least one test passed
 */
export function summarize(packages, ranCleanly) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const problems = [];
  for (const { name, file } of packages) {
    const results = readResults(file);
    if (results === undefined) {
      problems.push(`FAILED ${name}: no test results; the tests crashed or did not start`);
      counts.failed += 1;
      continue;
    }
    const failures = failuresOf(name, results);
    problems.push(...failures);
    counts.passed += results.numPassedTests;
    counts.failed += failures.length;
    counts.skipped += results.numPendingTests + results.numTodoTests;
  }
  if (!ranCleanly && problems.length === 0) {
    problems.push('FAILED outside the tests: an error nobody caught, or a build; see the output above');
    counts.failed += 1;
  }
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return {
    line: `${counts.passed} passed, ${counts.failed} failed${skipped}`,
    problems,
    isGreen: counts.failed === 0 && counts.passed > 0,
  };
}

/**
 * @param {string} file
 * @returns {Results | undefined}
 */
function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // absent, or cut short by a crash: the caller reports both alike
  }
}

/**
 * @param {string} name
 * @param {Results} results
 * @returns {string[]}
 */
const failuresOf = (name, results) =>
  results.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    if (failed.length > 0) return failed.map((test) => `FAILED ${name}: ${test.fullName}`);
    return file.status === 'failed' ? [`FAILED ${name}: ${path.basename(file.name)}: ${file.message}`] : [];
  });
