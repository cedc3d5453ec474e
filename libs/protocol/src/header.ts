import { ProtocolError } from './errors.ts';
import { HeaderReader } from './header-reader.ts';
import { HeaderWriter } from './header-writer.ts';

/** Largest header of a frame, in bytes. */
export const MAX_HEADER_BYTES = 4096;

const writer = new HeaderWriter(MAX_HEADER_BYTES);

/**
 * Header bytes of `fields`. Fields that are `undefined` are left out. The bytes are valid until the next call.
 * @throws {ProtocolError} header-too-large
 */
export function packHeader(fields: Readonly<Record<string, unknown>>): Uint8Array {
  const bytes = writer.write(fields);
  if (bytes !== undefined) return bytes;
  throw new ProtocolError(
    'header-too-large',
    `a header has at most ${MAX_HEADER_BYTES} bytes, this one has more; shorten its texts`,
  );
}

/**
 * The map that header bytes of a peer stand for. Values are strings, numbers, arrays and plain objects.
 * @throws {ProtocolError} bad-header
 */
export const unpackHeader = (bytes: Uint8Array): Record<string, unknown> => new HeaderReader(bytes).header();

export const headerTooLarge = (byteLength: number): ProtocolError =>
  new ProtocolError(
    'header-too-large',
    `a header has at most ${MAX_HEADER_BYTES} bytes, this one has ${byteLength}; shorten its texts`,
  );
