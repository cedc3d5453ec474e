import { CheckpointError } from './checkpoint-error.ts';

/** The header's length comes first, as a little-endian u64. */
export const PREFIX_BYTES = 8;
/** The tensors begin at a multiple of this, so that readers may view them in place. */
const ALIGNMENT = 8;
/** safetensors itself allows 100 MB; ours take some kilobytes. */
const MAX_HEADER_BYTES = 1024 * 1024;
/** Every header of ours starts so: the digest that follows has a fixed place in the file. */
const START = '{"__metadata__":{"digest":"';

/** Where the digits of the digest lie in the file. */
export const DIGEST_OFFSET = PREFIX_BYTES + START.length;

/** A header as JSON: the metadata first, then the tensors in layout order. */
export interface Header {
  readonly __metadata__: unknown;
  readonly [tensor: string]: unknown;
}

/** A header found in a file, as it is written there, and where the tensors begin. */
export interface FoundHeader {
  readonly header: Header;
  readonly text: string;
  readonly dataOffset: number;
}

/** A file being made, and where its tensors are to begin. */
export interface HeadedFile {
  readonly bytes: Uint8Array;
  readonly dataOffset: number;
}

/**
 * A file with `header` in its place and room for `dataBytes` bytes of tensors.
 * @throws {CheckpointError} `bad-header` when the header is too large
 */
export function fileWithHeader(header: Header, dataBytes: number): HeadedFile {
  const text = canonicalText(header);
  if (text.length > MAX_HEADER_BYTES) {
    const detail = `a header of ${text.length} bytes, where ${MAX_HEADER_BYTES} are allowed`;
    throw new CheckpointError('bad-header', `${detail}; shorten the configuration`);
  }
  const dataOffset = PREFIX_BYTES + text.length;
  const bytes = new Uint8Array(dataOffset + dataBytes);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  writeAscii(bytes, PREFIX_BYTES, text);
  return { bytes, dataOffset };
}

/**
 * The header of a file of any bytes, not yet checked but for being JSON that starts as ours do.
 * @throws {CheckpointError} `truncated`, `not-a-checkpoint`, `bad-header`
 */
export function findHeader(bytes: Uint8Array): FoundHeader {
  const dataOffset = headBytesOf(bytes);
  if (bytes.length < dataOffset) {
    throw new CheckpointError('truncated', 'it ends inside its header; use another checkpoint');
  }
  const text = readAscii(bytes, PREFIX_BYTES, dataOffset);
  if (!text.startsWith(START)) {
    const detail = 'it is a safetensors file of something else';
    throw new CheckpointError('not-a-checkpoint', `${detail}; give a checkpoint that lockstep wrote`);
  }
  let header: Header;
  try {
    header = JSON.parse(text) as Header;
  } catch (error) {
    throw badHeader('its header is no JSON', { cause: error });
  }
  return { header, text, dataOffset };
}

/**
 * There is one way to write a header, and any other is refused: so no key is there twice, and no bit changes unnoticed.
 * @throws {CheckpointError} `bad-header`
 */
export function checkCanonical({ header, text }: FoundHeader): void {
  if (text !== canonicalText(header)) {
    throw badHeader('its header is not written as lockstep writes it');
  }
}

/**
 * Where the tensors begin in a file that starts with these bytes.
 * @throws {CheckpointError} `truncated`, `not-a-checkpoint`
 */
export function headBytesOf(bytes: Uint8Array): number {
  if (bytes.length < PREFIX_BYTES) {
    throw new CheckpointError('truncated', `it holds only ${bytes.length} bytes; use another checkpoint`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES);
  const length = view.getUint32(0, true);
  if (view.getUint32(4, true) !== 0 || length > MAX_HEADER_BYTES || length % ALIGNMENT !== 0) {
    const detail = 'it does not start as a checkpoint does';
    throw new CheckpointError('not-a-checkpoint', `${detail}; give a checkpoint that lockstep wrote`);
  }
  return PREFIX_BYTES + length;
}

/** ASCII alone, so that no text has two encodings; padded with spaces to the alignment. */
function canonicalText(header: Header): string {
  const text = JSON.stringify(header).replace(/[\u0080-\uffff]/g, escapeUnit);
  return text.padEnd(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT, ' ');
}

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Puts `text`, which is ASCII, at `offset`. */
export function writeAscii(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
}

/** The text at [start, end). @throws {CheckpointError} `bad-header` when it is not ASCII */
function readAscii(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) {
    const unit = bytes[i]!;
    if (unit > 0x7f) throw badHeader('its header is not plain text');
    text += String.fromCharCode(unit);
  }
  return text;
}

function badHeader(what: string, options?: ErrorOptions): CheckpointError {
  return new CheckpointError('bad-header', `${what}; use another checkpoint`, options);
}
