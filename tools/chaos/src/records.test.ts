import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Records } from './records.ts';
import { resultsOf } from './results.ts';

it('keeps what rows did across calls, by row and commit', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-records-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'records');
  const record = { row: 'F01', commit: 'abc', isPassed: true, text: 'fine', seconds: 1 };
  const records = new Records(file);
  records.add(record);
  records.add({ ...record, commit: 'old', isPassed: false, text: 'slow' });
  new Records(file).add({ ...record, isPassed: false, text: 'late' });
  const again = new Records(file);
  expect(again.of('F01', 'abc').map(({ text }) => text)).toEqual(['fine', 'late']);
  expect(again.status(['F01', 'F02'], 'abc')).toEqual([
    'F01  1 of 2 passed on abc; failed: late',
    'F02  0 of 0 passed on abc',
  ]);
  const { numPassedTests, numFailedTests, testResults } = resultsOf(again.all);
  expect([numPassedTests, numFailedTests, testResults[0]!.status]).toEqual([1, 2, 'failed']);
});
