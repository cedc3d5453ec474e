/** Why a benchmark could not be measured. */
export type BenchErrorCode =
  | 'bad-argument'
  | 'peer-missing'
  | 'unavailable'
  | 'train-failed'
  | 'bad-output'
  | 'contender-failed'
  | 'disagreement';

/** What ends a benchmark early: a code for programs, a sentence with the remedy for people. */
export class BenchError extends Error {
  override readonly name = 'BenchError';

  constructor(
    readonly code: BenchErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
