import type { Found } from './hunt.ts';

/** What became of a sabotage. */
export interface Outcome extends Found {
  readonly name: string;
  readonly what: string;
  readonly seconds: number;
}

/** Counts as tools/ci adds them up: the fields of a test runner's JSON report that it reads. */
export function resultsOf(outcomes: readonly Outcome[], sound: Found): object {
  const assertionResults = [
    ...outcomes.map(({ name, what, failure }) => ({
      fullName: `${name} is noticed (${what})`,
      status: failure === undefined ? 'failed' : 'passed',
    })),
    {
      fullName: `the sound product passes${sound.failure === undefined ? '' : `: seed ${sound.seed}: ${sound.failure}`}`,
      status: sound.failure === undefined ? 'passed' : 'failed',
    },
  ];
  const failed = assertionResults.filter(({ status }) => status === 'failed').length;
  return {
    numPassedTests: assertionResults.length - failed,
    numFailedTests: failed,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [
      { name: 'sabotage', status: failed === 0 ? 'passed' : 'failed', message: '', assertionResults },
    ],
  };
}
