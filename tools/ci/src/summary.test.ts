import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { summarize } from '../summary.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-summary-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A package whose results hold tests of the given states, in one file. */
function packageWith(
  name: string,
  states: readonly string[],
  fileStatus = 'passed',
  meta: { readonly skipped?: string } = {},
): { name: string; file: string } {
  const count = (state: string): number => states.filter((each) => each === state).length;
  const file = path.join(folder, `${name}.json`);
  const assertionResults = states.map((status, index) => ({
    fullName: `${name} test ${index}`,
    status,
    meta,
  }));
  const results = {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('skipped'),
    numTodoTests: count('todo'),
    testResults: [
      { name: '/x/some.test.ts', status: fileStatus, message: 'does not load', assertionResults },
    ],
  };
  writeFileSync(file, JSON.stringify(results));
  return { name, file };
}

describe('summarize', () => {
  it('adds up the packages in one line', () => {
    const packages = [packageWith('a', ['passed', 'passed']), packageWith('b', ['passed'])];
    expect(summarize(packages, true)).toMatchObject({
      line: '3 passed, 0 failed',
      skips: [],
      problems: [],
      isGreen: true,
    });
  });

  it('names every failed test', () => {
    const summary = summarize([packageWith('a', ['passed', 'failed'], 'failed')], false);
    expect(summary).toMatchObject({
      line: '1 passed, 1 failed',
      problems: ['FAILED a: a test 1'],
      isGreen: false,
    });
  });

  it('mentions skipped tests only when there are some', () => {
    expect(summarize([packageWith('a', ['passed', 'skipped', 'todo'])], true).line).toBe(
      '1 passed, 0 failed, 2 skipped',
    );
  });

  it('says aloud why tests were skipped, once for each reason, and which do not say', () => {
    const why = ' [skipped: no chromium is here: install it (Debian: apt-get install chromium)]';
    const driven = packageWith(`tabs${why}`, ['skipped', 'skipped', 'passed']);
    const { line, skips, isGreen } = summarize([driven, packageWith('b', ['skipped', 'passed'])], true);
    expect(line).toBe('2 passed, 0 failed, 3 skipped');
    expect(isGreen).toBe(true);
    expect(skips).toEqual([
      `SKIPPED tabs${why}: 2 tests: no chromium is here: install it (Debian: apt-get install chromium)`,
      'SKIPPED b: 1 test: "b test 0" does not say why',
    ]);
  });

  it('says aloud why a test was skipped that found out on its way', () => {
    const source = packageWith('a', ['skipped'], 'passed', { skipped: 'there is no screen' });
    expect(summarize([source], true).skips).toEqual(['SKIPPED a: 1 test: there is no screen']);
  });

  it('counts a package without results as a failure', () => {
    const summary = summarize(
      [packageWith('a', ['passed']), { name: 'b', file: path.join(folder, 'none') }],
      true,
    );
    expect(summary.line).toBe('1 passed, 1 failed');
    expect(summary.isGreen).toBe(false);
  });

  it('counts results cut short by a crash as a failure', () => {
    const file = path.join(folder, 'cut.json');
    writeFileSync(file, '{"numPassedTests": 3');
    expect(summarize([{ name: 'a', file }], true).line).toBe('0 passed, 1 failed');
  });

  it('counts a test file that does not load as a failure', () => {
    const summary = summarize([packageWith('a', [], 'failed'), packageWith('b', ['passed'])], false);
    expect(summary.line).toBe('1 passed, 1 failed');
    expect(summary.problems).toEqual(['FAILED a: some.test.ts: does not load']);
  });

  it('counts a run that failed outside the tests as a failure', () => {
    const summary = summarize([packageWith('a', ['passed'])], false);
    expect(summary.line).toBe('1 passed, 1 failed');
    expect(summary.isGreen).toBe(false);
  });

  it('adds the counts of a step that is no package', () => {
    const step = { ...packageWith('golden', ['passed', 'passed']), ranCleanly: true };
    expect(summarize([packageWith('a', ['passed']), step], true).line).toBe('3 passed, 0 failed');
  });

  it('counts a step that failed without a failed test as a failure', () => {
    const step = { ...packageWith('golden', ['passed']), ranCleanly: false };
    expect(summarize([packageWith('a', ['passed']), step], true)).toMatchObject({
      line: '2 passed, 1 failed',
      problems: ['FAILED golden: it ended with an error that none of its tests tells; see the output above'],
      isGreen: false,
    });
  });

  it('counts a failed test of a step once', () => {
    const step = { ...packageWith('golden', ['failed'], 'failed'), ranCleanly: false };
    expect(summarize([packageWith('a', ['passed']), step], true).line).toBe('1 passed, 1 failed');
  });

  it('is not green when nothing was tested', () => {
    expect(summarize([packageWith('a', [])], true)).toMatchObject({
      line: '0 passed, 0 failed',
      problems: [],
      isGreen: false,
    });
  });
});
