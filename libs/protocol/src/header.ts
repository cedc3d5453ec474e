/// <reference path="./msgpackr-no-eval.d.ts" />
import msgpackr from 'msgpackr/index-no-eval';
import { ProtocolError } from './errors.ts';
import { checkHeaderGrammar } from './header-grammar.ts';

/** Largest header of a frame, in bytes. */
export const MAX_HEADER_BYTES = 4096;

const packr = new msgpackr.Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });

/**
 * Header bytes of `fields`. Fields that are `undefined` are left out. The bytes are valid until the next call.
 * @throws {ProtocolError} header-too-large
 */
export function packHeader(fields: Readonly<Record<string, unknown>>): Uint8Array {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  const bytes = packr.pack(Object.fromEntries(present));
  if (bytes.length > MAX_HEADER_BYTES) throw headerTooLarge(bytes.length);
  return bytes;
}

/**
 * The map that header bytes of a peer stand for. Values are strings, numbers, arrays and plain objects.
 * @throws {ProtocolError} bad-header
 */
export function unpackHeader(bytes: Uint8Array): Record<string, unknown> {
  checkHeaderGrammar(bytes);
  try {
    return packr.unpack(bytes) as Record<string, unknown>;
  } catch (cause) {
    throw new ProtocolError('bad-header', "the frame's header is not valid msgpack", { cause });
  }
}

export const headerTooLarge = (byteLength: number): ProtocolError =>
  new ProtocolError(
    'header-too-large',
    `a header has at most ${MAX_HEADER_BYTES} bytes, this one has ${byteLength}; shorten its texts`,
  );
