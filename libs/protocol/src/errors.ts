import type { SpanReference } from './messages.ts';

/** Every way in which bytes fail to be a message, or a message fails to become bytes. Public: logs and metrics name them. */
export const PROTOCOL_ERROR_CODES = [
  /** Fewer bytes than the header length and the header it announces. */
  'frame-too-short',
  /** More bytes than the largest frame that the receiver can expect. */
  'frame-too-large',
  /** The header length says more than `MAX_HEADER_BYTES`. */
  'header-too-large',
  /** The header is not the small part of msgpack that frames use. */
  'bad-header',
  /** The list of tensors is missing or malformed. */
  'bad-tensor-list',
  /** The frame's length is not what its header and tensors add up to. */
  'bad-length',
  /** A padding byte is not zero. */
  'bad-padding',
  /** The peer speaks another version of the protocol. */
  'protocol-version',
  /** No message of this direction has that type. */
  'unknown-type',
  /** A field is missing, unknown, of the wrong type, or out of bounds. */
  'bad-field',
  /** The tensors are not the ones that the message carries in this run: their number, types or element counts. */
  'bad-shape',
  /** A message that this moment of the connection does not allow; thrown by sessions, since decoders know no moments. */
  'unexpected-message',
  /** The buffer given to an encoder cannot hold the frame. */
  'buffer-too-small',
] as const;

export type ProtocolErrorCode = (typeof PROTOCOL_ERROR_CODES)[number];

export interface ProtocolErrorOptions extends ErrorOptions {
  readonly about?: SpanReference;
}

/** The only error that leaves this room's encoders and decoders; sessions use it for what a peer does wrong. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  /** The contribution in question when its header was readable and only its tensors were wrong: it can be answered. */
  readonly about: SpanReference | undefined;

  constructor(code: ProtocolErrorCode, detail: string, options: ProtocolErrorOptions = {}) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.about = options.about;
  }
}
