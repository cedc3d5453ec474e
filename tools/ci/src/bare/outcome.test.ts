import { describe, expect, it } from 'vitest';
import { judgeStart, judgeTests, resultsOf } from './outcome.ts';

const SHA256 = '2dbc24323b8a0a7bd3f0b4f3c016f09c5d3da5615cb3ce7c244c47f2be7f33ae';
const seen = (text: string, isGood = true) => ({ isGood, seconds: 1, text });

describe('judgeStart', () => {
  it('passes a run that ends well with the weights of the README', () => {
    expect(judgeStart('start', seen(`weights sha256 ${SHA256}\n`))).toMatchObject({ failure: undefined });
  });

  it('fails a run with other weights, and one that ends badly', () => {
    expect(judgeStart('start', seen(`sha256 ${'0'.repeat(64)}`)).failure).toContain('sha256');
    expect(judgeStart('start', seen(SHA256, false)).failure).toContain('exit');
  });
});

describe('judgeTests', () => {
  it('takes the counts from the closing line, and every reason for a skip', () => {
    const text = 'SKIPPED @lockstep/x: 2 tests: no browser\n3 passed, 0 failed, 2 skipped\n';
    expect(judgeTests('test', seen(text))).toMatchObject({
      told: '3 passed, 0 failed, 2 skipped',
      failure: undefined,
      skips: ['SKIPPED @lockstep/x: 2 tests: no browser'],
    });
  });

  it.each([
    ['a failed test', '3 passed, 1 failed\n', false],
    ['a failed test that the exit status hides', '3 passed, 1 failed\n', true],
    ['no test at all', '0 passed, 0 failed\n', true],
    ['counts that are not in the last line', '3 passed, 0 failed\nKilled\n', true],
    ['an exit status that the counts do not tell', '3 passed, 0 failed\n', false],
    ['no output', '', true],
  ])('fails %s', (_what, text, isGood) => {
    expect(judgeTests('test', seen(text, isGood)).failure).toBeDefined();
  });
});

describe('resultsOf', () => {
  it('counts each command, with what it told or why it failed', () => {
    const outcomes = [
      judgeStart('start', seen(SHA256)),
      judgeTests('test', seen('3 passed, 1 failed\n', false)),
    ];
    expect(resultsOf(outcomes)).toMatchObject({
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [
        {
          status: 'failed',
          assertionResults: [
            { fullName: 'start: sha256 of the README', status: 'passed' },
            { fullName: 'test: 3 passed, 1 failed: it did not exit with 0', status: 'failed' },
          ],
        },
      ],
    });
  });
});
