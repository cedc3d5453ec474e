import { describe, expect, it } from 'vitest';
import { resultsOf } from './results.ts';
import { headLine, lineOf, totalsLine } from './table.ts';
import type { Row } from './verdict.ts';

const row = (fields: Partial<Row>): Row => ({
  engine: 'bun',
  title: 'Bun 1.4.5 (JavaScriptCore)',
  thread: '',
  backend: 'wasm',
  verdict: 'equal',
  detail: '',
  isOptional: false,
  isKnown: false,
  ...fields,
});
const digest = '0123456789abcdef';
const equal = row({ digest });
const unequal = row({ thread: 'page', digest, verdict: 'NOT EQUAL', detail: 'in axpy, sgd' });
const missed = row({ title: 'Deno 2 (V8)', backend: '', verdict: 'not run', detail: 'no network' });
const optional = row({ verdict: 'not run', detail: 'no SharedArrayBuffer', isOptional: true });

describe('the table', () => {
  it('has aligned columns: engine, thread and backend, twelve digits, verdict', () => {
    const [head, ...lines] = [headLine(), lineOf(equal), lineOf(unequal), lineOf(missed)].map((line) =>
      line.split(/ {2,}/),
    );
    expect(head).toEqual(['engine', 'backend', 'digest', 'verdict']);
    expect(lines).toEqual([
      ['Bun 1.4.5 (JavaScriptCore)', 'wasm', '0123456789ab', 'equal'],
      ['Bun 1.4.5 (JavaScriptCore)', 'page: wasm', '0123456789ab', 'NOT EQUAL: in axpy, sgd'],
      ['Deno 2 (V8)', '-', 'not run: no network'],
    ]);
    const columns = [headLine(), lineOf(equal), lineOf(unequal)].map((line) => line.search(/digest|0123/));
    expect(new Set(columns).size).toBe(1);
  });

  it('ends with how many were equal, not equal and not run', () => {
    expect(totalsLine([equal, equal, unequal, missed])).toBe('2 equal, 1 not equal, 1 not run');
  });
});

describe('resultsOf', () => {
  it('counts a row as a test, named after its engine and backend', () => {
    const { numPassedTests, numFailedTests, testResults } = resultsOf([equal, unequal], false);
    expect([numPassedTests, numFailedTests, testResults[0].status]).toEqual([1, 1, 'failed']);
    expect(testResults[0].assertionResults).toEqual([
      { fullName: 'Bun 1.4.5 (JavaScriptCore), wasm: equal', status: 'passed' },
      { fullName: 'Bun 1.4.5 (JavaScriptCore), page, wasm: NOT EQUAL: in axpy, sgd', status: 'failed' },
    ]);
  });

  it('counts what was not run only when it was asked for and is not optional', () => {
    expect(resultsOf([missed, optional], false)).toMatchObject({ numPassedTests: 0, numFailedTests: 0 });
    const { numFailedTests, testResults } = resultsOf([missed, optional], true);
    expect(numFailedTests).toBe(1);
    expect(testResults[0].assertionResults[0]?.fullName).toBe('Deno 2 (V8): not run: no network');
  });
});
