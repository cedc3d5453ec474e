import type { Seen } from './enter.ts';

/** What the README says of the weights of its run. */
const README_SHA256 = '2dbc24323b8a0a7bd3f0b4f3c016f09c5d3da5615cb3ce7c244c47f2be7f33ae';

/** What became of one command on one bare machine. */
export interface Outcome {
  readonly what: string;
  readonly seconds: number;
  /** What it told of itself: counts, or a digest. */
  readonly told: string;
  /** Why it is not as it should be. */
  readonly failure: string | undefined;
  /** What it skipped, and why, a line each. */
  readonly skips: readonly string[];
}

/** Judges the run of the README: it ends well, with the weights that the README names. */
export function judgeStart(what: string, { isGood, seconds, text }: Seen): Outcome {
  const hasWeights = text.includes(README_SHA256);
  const failure = failureOf([
    [!isGood, 'it did not exit with 0'],
    [!hasWeights, `its output does not hold the README's sha256`],
  ]);
  return { what, seconds, told: hasWeights ? 'sha256 of the README' : '', failure, skips: [] };
}

/** Judges the tests: the closing line counts no failure and at least one test passed, and every skip says why. */
export function judgeTests(what: string, { isGood, seconds, text }: Seen): Outcome {
  const closing = /^(\d+) passed, (\d+) failed(?:, \d+ skipped)?$/.exec(lastLine(text));
  const failure = failureOf([
    [!isGood, 'it did not exit with 0'],
    [closing === null, 'its last line does not count tests'],
    [closing !== null && (closing[1] === '0' || closing[2] !== '0'), 'not all tests passed'],
  ]);
  const skips = text.split('\n').filter((line) => line.startsWith('SKIPPED '));
  return { what, seconds, told: closing?.[0] ?? '', failure, skips };
}

const failureOf = (checks: readonly (readonly [isWrong: boolean, why: string])[]): string | undefined =>
  checks.find(([isWrong]) => isWrong)?.[1];

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

/** Counts as tools/ci adds them up: the fields of a test runner's JSON report that it reads. */
export function resultsOf(outcomes: readonly Outcome[]): object {
  const assertionResults = outcomes.map(({ what, told, failure }) => ({
    fullName: [what, told, failure].filter((part) => part !== undefined && part !== '').join(': '),
    status: failure === undefined ? 'passed' : 'failed',
  }));
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
  return {
    numPassedTests: outcomes.length - failed,
    numFailedTests: failed,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [
      { name: 'bare', status: failed === 0 ? 'passed' : 'failed', message: '', assertionResults },
    ],
  };
}
