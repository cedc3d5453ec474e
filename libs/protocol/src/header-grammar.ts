import { ProtocolError } from './errors.ts';

/** Nesting of the deepest header in use: message > list of tensors > tensor. */
const MAX_DEPTH = 3;

/**
 * Checks that `bytes` are one msgpack map made only of what headers need: maps with string keys, arrays, strings and
 * numbers, at most `MAX_DEPTH` deep, every announced length backed by bytes. A general msgpack decoder also builds records,
 * regular expressions, errors, dates, sets, big integers and references out of a peer's bytes; none of these gets that far.
 * @throws {ProtocolError} bad-header
 */
export function checkHeaderGrammar(bytes: Uint8Array): void {
  const token = byteAt(bytes, 0);
  const isMap = (token >= 0x80 && token <= 0x8f) || token === 0xde;
  if (!isMap) throw badHeader('it is not a map');
  if (skipValue(bytes, 0, 1) !== bytes.length) throw badHeader('bytes follow the map');
}

/** Position behind the value at `start`. */
function skipValue(bytes: Uint8Array, start: number, depth: number): number {
  const token = byteAt(bytes, start);
  const body = start + 1;
  if (token <= 0x7f || token >= 0xe0) return body;
  if (token <= 0x8f) return skipItems(bytes, body, token & 0x0f, { depth, isMap: true });
  if (token <= 0x9f) return skipItems(bytes, body, token & 0x0f, { depth, isMap: false });
  if (token <= 0xbf) return skipBytes(bytes, body, token & 0x1f);
  switch (token) {
    case 0xcc: // uint8
    case 0xd0: // int8
      return skipBytes(bytes, body, 1);
    case 0xcd: // uint16
    case 0xd1: // int16
      return skipBytes(bytes, body, 2);
    case 0xce: // uint32
    case 0xd2: // int32
      return skipBytes(bytes, body, 4);
    case 0xcb: // float64
    case 0xcf: // uint64
    case 0xd3: // int64
      return skipBytes(bytes, body, 8);
    case 0xd9: // str8
      return skipBytes(bytes, body + 1, byteAt(bytes, body));
    case 0xda: // str16
      return skipBytes(bytes, body + 2, uint16At(bytes, body));
    case 0xdc: // array16
      return skipItems(bytes, body + 2, uint16At(bytes, body), { depth, isMap: false });
    case 0xde: // map16
      return skipItems(bytes, body + 2, uint16At(bytes, body), { depth, isMap: true });
    default:
      throw badHeader(`0x${token.toString(16)} at byte ${start} is not a value that headers hold`);
  }
}

function skipItems(
  bytes: Uint8Array,
  start: number,
  count: number,
  { depth, isMap }: { readonly depth: number; readonly isMap: boolean },
): number {
  if (depth > MAX_DEPTH) throw badHeader(`it is nested more than ${MAX_DEPTH} deep`);
  let position = start;
  for (let i = 0; i < count; i++) {
    if (isMap) position = skipKey(bytes, position);
    position = skipValue(bytes, position, depth + 1);
  }
  return position;
}

function skipKey(bytes: Uint8Array, start: number): number {
  const token = byteAt(bytes, start);
  const isShortString = (token >= 0xa0 && token <= 0xbf) || token === 0xd9;
  if (!isShortString) throw badHeader(`the key at byte ${start} is not a string`);
  return skipValue(bytes, start, MAX_DEPTH);
}

function skipBytes(bytes: Uint8Array, start: number, count: number): number {
  if (start + count > bytes.length) throw badHeader('it ends inside a value');
  return start + count;
}

function byteAt(bytes: Uint8Array, position: number): number {
  const byte = bytes[position];
  if (byte === undefined) throw badHeader('it ends inside a value');
  return byte;
}

const uint16At = (bytes: Uint8Array, position: number): number =>
  byteAt(bytes, position) * 256 + byteAt(bytes, position + 1);

const badHeader = (detail: string): ProtocolError =>
  new ProtocolError('bad-header', `the frame's header is not valid: ${detail}`);
