import type { RowRecord } from './records.ts';

/** Counts as tools/ci adds them up: the fields of a test runner's JSON report that it reads. */
export interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: 'passed' | 'failed' }[];
  }[];
}

/** The rows that were run, as test results: a test each. */
export function resultsOf(records: readonly RowRecord[]): Results {
  const assertionResults = records.map(({ row, isPassed, text }) => ({
    fullName: `${row}: ${text}`,
    status: isPassed ? ('passed' as const) : ('failed' as const),
  }));
  const numFailedTests = records.filter(({ isPassed }) => !isPassed).length;
  return {
    numPassedTests: records.length - numFailedTests,
    numFailedTests,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [
      { name: 'chaos', status: numFailedTests === 0 ? 'passed' : 'failed', message: '', assertionResults },
    ],
  };
}
