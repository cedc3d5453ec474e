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
 * @property {readonly { fullName: string, status: string, meta?: { skipped?: string } }[]} assertionResults
 */

/**
 * Where results come from: a package's tests, or a further step of continuous integration.
 * @typedef {object} Source
 * @property {string} name
 * @property {string} file that holds the results
 * @property {boolean} [ranCleanly] whether what wrote them succeeded, where that is known of it alone
 */

/**
 * Adds up the results of several packages and steps.
 * @param {readonly Source[]} sources
 * @param {boolean} ranCleanly whether the run itself succeeded; if not, and no test tells why, that counts as a failure
 * @returns {{ line: string, skips: string[], problems: string[], isGreen: boolean }} the closing line, one line per reason
 *   for which a source skipped tests, one line per failed test, per
 *   test file that failed without a failed test, per source without results, and per source that failed without saying
 *   where; green when nothing failed and at least one test passed
 */
export function summarize(sources, ranCleanly) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const problems = [];
  const skips = [];
  for (const source of sources) {
    const results = readResults(source.file);
    const failures = failuresOf(source, results);
    problems.push(...failures);
    skips.push(...skipsOf(source, results));
    counts.failed += failures.length;
    counts.passed += results?.numPassedTests ?? 0;
    counts.skipped += (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
  }
  if (!ranCleanly && problems.length === 0) {
    problems.push('FAILED outside the tests: an error nobody caught, or a build; see the output above');
    counts.failed += 1;
  }
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return {
    line: `${counts.passed} passed, ${counts.failed} failed${skipped}`,
    skips,
    problems,
    isGreen: counts.failed === 0 && counts.passed > 0,
  };
}

/** How the title of a skipped test, or of what it lies in, says why and what to do; one that found out on its way has it in `meta`. */
const REASON = / ?\[skipped: ([^\]]+)\]/;

/**
 * @param {Source} source
 * @param {Results | undefined} results
 * @returns {string[]}
 */
function skipsOf({ name }, results) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { fullName, status, meta } of results?.testResults.flatMap((file) => file.assertionResults) ??
    []) {
    if (status !== 'skipped' && status !== 'pending' && status !== 'todo') continue;
    const reason = REASON.exec(fullName)?.[1] ?? meta?.skipped ?? `"${fullName}" does not say why`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(
    ([reason, count]) => `SKIPPED ${name}: ${count} ${count === 1 ? 'test' : 'tests'}: ${reason}`,
  );
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
 * @param {Source} source
 * @param {Results | undefined} results
 * @returns {string[]}
 */
function failuresOf({ name, ranCleanly }, results) {
  if (results === undefined) return [`FAILED ${name}: no test results; the tests crashed or did not start`];
  const failures = results.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    if (failed.length > 0) return failed.map((test) => `FAILED ${name}: ${test.fullName}`);
    return file.status === 'failed' ? [`FAILED ${name}: ${path.basename(file.name)}: ${file.message}`] : [];
  });
  if (ranCleanly !== false || failures.length > 0) return failures;
  return [`FAILED ${name}: it ended with an error that none of its tests tells; see the output above`];
}
