/** Why the workload could not be recomputed. */
export type GoldenErrorCode = 'bad-argument' | 'install-failed' | 'engine-failed' | 'wrong-reference';

/** What ends the tool, or one engine's turn: a code for programs, a sentence with the remedy for people. */
export class GoldenError extends Error {
  override readonly name = 'GoldenError';

  constructor(
    readonly code: GoldenErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
