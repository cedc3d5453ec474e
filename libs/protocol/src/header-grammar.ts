import { ProtocolError } from './errors.ts';

/** Nesting of the deepest header in use: message > list of tensors > tensor. */
const MAX_DEPTH = 3;

/** `__proto__`: the one text that would not become a property of its own. */
const FORBIDDEN_KEY = Uint8Array.from('__proto__', (character) => character.charCodeAt(0));

/**
 * Checks that a peer's bytes are one msgpack map made of what headers hold and nothing else: maps with texts as keys, lists, texts and
 * numbers, at most `MAX_DEPTH` deep, every announced length backed by bytes. A general decoder also builds records, regular
 * expressions, errors, dates, sets, big integers and references; no byte of these reaches it.
 * @throws {ProtocolError} bad-header
 */
export function checkHeaderGrammar(bytes: Uint8Array): void {
  const token = bytes[0] ?? 0;
  const isMap = (token >= 0x80 && token <= 0x8f) || token === 0xde;
  if (!isMap) throw badHeader('it is not a map');
  if (skipValue(bytes, 0, 1) !== bytes.length) throw badHeader('bytes follow the map');
}

/** Position behind the value at `start`. @param depth nesting that a map or list there would have */
function skipValue(bytes: Uint8Array, start: number, depth: number): number {
  const token = bytes[start];
  if (token === undefined) throw cutOff();
  const body = start + 1;
  if (token <= 0x7f || token >= 0xe0) return body;
  if (token <= 0x8f) return skipMap(bytes, body, token & 0x0f, depth);
  if (token <= 0x9f) return skipList(bytes, body, token & 0x0f, depth);
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
      return skipBytes(bytes, body + 1, uint8At(bytes, body));
    case 0xda: // str16
      return skipBytes(bytes, body + 2, uint16At(bytes, body));
    case 0xdc: // array16
      return skipList(bytes, body + 2, uint16At(bytes, body), depth);
    case 0xde: // map16
      return skipMap(bytes, body + 2, uint16At(bytes, body), depth);
    default:
      throw badHeader(`0x${token.toString(16)} at byte ${start} is not a value that headers hold`);
  }
}

function skipList(bytes: Uint8Array, start: number, count: number, depth: number): number {
  checkDepth(depth);
  let position = start;
  for (let item = 0; item < count; item++) position = skipValue(bytes, position, depth + 1);
  return position;
}

function skipMap(bytes: Uint8Array, start: number, count: number, depth: number): number {
  checkDepth(depth);
  let position = start;
  for (let item = 0; item < count; item++) {
    position = skipValue(bytes, skipKey(bytes, position), depth + 1);
  }
  return position;
}

function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw badHeader(`it is nested more than ${MAX_DEPTH} deep`);
}

function skipKey(bytes: Uint8Array, start: number): number {
  const token = bytes[start];
  if (token === undefined) throw cutOff();
  const isText = (token >= 0xa0 && token <= 0xbf) || token === 0xd9 || token === 0xda;
  if (!isText) throw notAKey();
  const end = skipValue(bytes, start, MAX_DEPTH);
  if (endsWithForbiddenKey(bytes, start, end)) throw notAKey();
  return end;
}

/** Whether the text that is written from `start` to `end`, its length in front in any form, is the forbidden key. */
function endsWithForbiddenKey(bytes: Uint8Array, start: number, end: number): boolean {
  const textStart = end - FORBIDDEN_KEY.length;
  const lengthBytes = bytes[start]! <= 0xbf ? 1 : bytes[start] === 0xd9 ? 2 : 3;
  return (
    textStart === start + lengthBytes && FORBIDDEN_KEY.every((byte, at) => bytes[textStart + at] === byte)
  );
}

function skipBytes(bytes: Uint8Array, start: number, count: number): number {
  const end = start + count;
  if (end > bytes.length) throw cutOff();
  return end;
}

function uint8At(bytes: Uint8Array, position: number): number {
  const byte = bytes[position];
  if (byte === undefined) throw cutOff();
  return byte;
}

const uint16At = (bytes: Uint8Array, position: number): number =>
  uint8At(bytes, position) * 256 + uint8At(bytes, position + 1);

const cutOff = (): ProtocolError => badHeader('it ends inside a value');

const notAKey = (): ProtocolError => badHeader('a key is no name of a field');

const badHeader = (detail: string): ProtocolError =>
  new ProtocolError('bad-header', `the frame's header is not valid: ${detail}`);
