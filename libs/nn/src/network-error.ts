export type NetworkErrorCode =
  | 'bad-freeze'
  | 'bad-metric'
  | 'bad-model'
  | 'bad-optimizer'
  | 'bad-schedule'
  | 'bad-steering'
  | 'too-many-rows'
  | 'wrong-length';

/** What can be wrong with a model or what it is given. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  constructor(
    readonly code: NetworkErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}
