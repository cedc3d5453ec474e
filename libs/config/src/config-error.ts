export type ConfigErrorCode = 'bad-value' | 'unknown-option' | 'contradiction' | 'bad-config';

/** What can be wrong with what a user asked for; the message is one sentence that says what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(
    readonly code: ConfigErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}
