/// <reference path="./msgpackr-no-eval.d.ts" />
import msgpackr from 'msgpackr/index-no-eval';
import { ProtocolError } from './errors.ts';
import { checkHeaderGrammar } from './header-grammar.ts';
import type { TensorEntry } from './tensors.ts';

/** Largest header of a frame, in bytes. */
export const MAX_HEADER_BYTES = 4096;

const { Packr, RESET_BUFFER_MODE } = msgpackr;
const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });

/** Halves of a pair without the other half. The library writes short texts with such as bytes that are no UTF-8. */
const LONE_SURROGATE = /\p{Cs}/u;
const LONE_SURROGATES = /\p{Cs}/gu;

/**
 * Header bytes of `fields`, and of the list of the frame's tensors behind them. Fields that are `undefined` are left out. The bytes are
 * valid until the next call.
 * @throws {ProtocolError} header-too-large
 */
export function packHeader(
  fields: Readonly<Record<string, unknown>>,
  tensors?: readonly TensorEntry[],
): Uint8Array {
  const present: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value !== undefined) present[key] = typeof value === 'string' ? wellFormed(value) : value;
  }
  if (tensors !== undefined) present['tensors'] = tensors;
  const bytes = packr.pack(present, RESET_BUFFER_MODE);
  if (bytes.length > MAX_HEADER_BYTES) throw headerTooLarge(bytes.length);
  return bytes;
}

/**
 * The map that header bytes of a peer stand for. Values are strings, numbers, arrays and plain objects.
 * @throws {ProtocolError} bad-header
 */
export function unpackHeader(bytes: Uint8Array): Record<string, unknown> {
  checkHeaderGrammar(bytes);
  return packr.unpack(bytes) as Record<string, unknown>;
}

const wellFormed = (text: string): string =>
  LONE_SURROGATE.test(text) ? text.replace(LONE_SURROGATES, '\ufffd') : text;

export const headerTooLarge = (byteLength: number): ProtocolError =>
  new ProtocolError(
    'header-too-large',
    `a header has at most ${MAX_HEADER_BYTES} bytes, this one has ${byteLength}; shorten its texts`,
  );
