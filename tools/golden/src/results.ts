import { isFailure, type Row } from './verdict.ts';

/** Counts as tools/ci adds them up: the fields of a test runner's JSON report that it reads. */
export interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly [
    {
      readonly name: string;
      readonly status: 'passed' | 'failed';
      readonly message: string;
      readonly assertionResults: readonly {
        readonly fullName: string;
        readonly status: 'passed' | 'failed';
      }[];
    },
  ];
}

/** The table as test results: a test a row. What was not run and need not be counts as nothing. */
export function resultsOf(rows: readonly Row[], isAskedFor: boolean): Results {
  const assertionResults = rows.flatMap((row) => {
    const failed = isFailure(row, isAskedFor);
    if (row.verdict === 'not run' && !failed) return [];
    const { title, thread, backend, verdict, detail } = row;
    const what = [title, thread, backend].filter(Boolean).join(', ');
    return [
      {
        fullName: `${what}: ${[verdict, detail].filter(Boolean).join(': ')}`,
        status: failed ? ('failed' as const) : ('passed' as const),
      },
    ];
  });
  const numFailedTests = assertionResults.filter(({ status }) => status === 'failed').length;
  const status = numFailedTests === 0 ? 'passed' : 'failed';
  return {
    numPassedTests: assertionResults.length - numFailedTests,
    numFailedTests,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [{ name: 'golden', status, message: '', assertionResults }],
  };
}
