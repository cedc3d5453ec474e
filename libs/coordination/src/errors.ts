export type CoordinationErrorCode =
  /** A number of the configuration is out of its range. */
  | 'bad-config'
  /** The shell reported something the run was not waiting for: a bug of the shell, never of a worker. */
  | 'unexpected-event';

/** What this room throws. A worker's misbehaviour never throws: it gets a verdict. */
export class CoordinationError extends Error {
  override readonly name = 'CoordinationError';
  constructor(
    readonly code: CoordinationErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}
