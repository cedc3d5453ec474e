import { ProtocolError } from './errors.ts';

/** Nesting of the deepest header in use: message > list of tensors > tensor. */
const MAX_DEPTH = 3;

/** One for all headers: it keeps nothing between two texts. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads the part of msgpack that headers are made of, from a peer's bytes: maps with string keys, arrays, strings and numbers, at most
 * `MAX_DEPTH` deep, every announced length backed by bytes. A general decoder also builds records, regular expressions, errors,
 * dates, sets, big integers and references; none of these gets in here.
 */
export class HeaderReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The map that the bytes are, from the first to the last. @throws {ProtocolError} bad-header */
  header(): Record<string, unknown> {
    const token = this.#bytes[0] ?? 0;
    const isMap = (token >= 0x80 && token <= 0x8f) || token === 0xde;
    if (!isMap) throw badHeader('it is not a map');
    const map = this.#value() as Record<string, unknown>;
    if (this.#position !== this.#bytes.length) throw badHeader('bytes follow the map');
    return map;
  }

  /** The next value: a string, a number, an array, or a plain object. */
  #value(): unknown {
    const token = this.#natural(1);
    if (token <= 0x7f) return token;
    if (token <= 0x8f) return this.#map(token & 0x0f);
    if (token <= 0x9f) return this.#list(token & 0x0f);
    if (token <= 0xbf) return this.#text(token & 0x1f);
    if (token >= 0xe0) return token - 0x100;
    switch (token) {
      case 0xcb:
        return this.#view.getFloat64(this.#take(8));
      case 0xcc:
        return this.#natural(1);
      case 0xcd:
        return this.#natural(2);
      case 0xce:
        return this.#natural(4);
      case 0xcf:
        return this.#natural(4) * 2 ** 32 + this.#natural(4);
      case 0xd0:
        return this.#view.getInt8(this.#take(1));
      case 0xd1:
        return this.#view.getInt16(this.#take(2));
      case 0xd2:
        return this.#view.getInt32(this.#take(4));
      case 0xd3:
        return this.#view.getInt32(this.#take(4)) * 2 ** 32 + this.#natural(4);
      case 0xd9:
        return this.#text(this.#natural(1));
      case 0xda:
        return this.#text(this.#natural(2));
      case 0xdc:
        return this.#list(this.#natural(2));
      case 0xde:
        return this.#map(this.#natural(2));
      default:
        throw badHeader(
          `0x${token.toString(16)} at byte ${this.#position - 1} is not a value that headers hold`,
        );
    }
  }

  #list(count: number): readonly unknown[] {
    this.#descend();
    const items: unknown[] = [];
    for (let item = 0; item < count; item++) items.push(this.#value());
    this.#depth--;
    return items;
  }

  #map(count: number): Record<string, unknown> {
    this.#descend();
    const map: Record<string, unknown> = {};
    for (let item = 0; item < count; item++) {
      const key = this.#value();
      // `__proto__` is the one text that would not become a property of its own.
      if (typeof key !== 'string' || key === '__proto__') throw badHeader('a key is no name of a field');
      map[key] = this.#value();
    }
    this.#depth--;
    return map;
  }

  #descend(): void {
    if (++this.#depth > MAX_DEPTH) throw badHeader(`it is nested more than ${MAX_DEPTH} deep`);
  }

  #text(byteLength: number): string {
    const start = this.#take(byteLength);
    return utf8.decode(this.#bytes.subarray(start, start + byteLength));
  }

  #natural(size: number): number {
    const start = this.#take(size);
    let value = 0;
    for (let index = 0; index < size; index++) value = value * 256 + this.#bytes[start + index]!;
    return value;
  }

  #take(size: number): number {
    const position = this.#position;
    this.#position += size;
    if (this.#position > this.#bytes.length) throw badHeader('it ends inside a value');
    return position;
  }
}

const badHeader = (detail: string): ProtocolError =>
  new ProtocolError('bad-header', `the frame's header is not valid: ${detail}`);
