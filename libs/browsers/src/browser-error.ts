/** Everything that can go wrong with a browser. */
export type BrowserErrorCode =
  'not-installed' | 'did-not-start' | 'closed' | 'no-such-page' | 'script-failed' | 'timed-out';

/** Says what is wrong with the browser, and what to do where there is something to do. */
export class BrowserError extends Error {
  override readonly name = 'BrowserError';

  constructor(
    readonly code: BrowserErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}
