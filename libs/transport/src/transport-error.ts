/** Every way in which a channel cannot be had. */
export type TransportErrorCode = 'unreachable';

/** The only error of this room; its cause is what the socket reported. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;

  constructor(code: TransportErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}
