/** What is wrong with the containers, or why they cannot be looked at; for people. */
export class CheckError extends Error {
  override readonly name = 'CheckError';

  constructor(
    readonly code: 'bad-argument' | 'unavailable' | 'command-failed' | 'wrong',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
