/** Why nothing could be tried on a bare machine; for people. */
export class BareError extends Error {
  override readonly name = 'BareError';

  constructor(
    readonly code: 'bad-argument' | 'unavailable' | 'command-failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
