/** Reads the part of msgpack that headers are made of, from bytes that `checkHeaderGrammar` has found to be that. */
export class HeaderReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next value: a string, a number, an array, or a plain object. */
  value(): unknown {
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
      default:
        return this.#map(this.#natural(2));
    }
  }

  #list(count: number): readonly unknown[] {
    return Array.from({ length: count }, () => this.value());
  }

  /** Keys become own properties, whatever they are called. */
  #map(count: number): Record<string, unknown> {
    const entries = Array.from({ length: count }, () => [this.value() as string, this.value()] as const);
    return Object.fromEntries(entries);
  }

  #text(byteLength: number): string {
    const start = this.#take(byteLength);
    return this.#decoder.decode(this.#bytes.subarray(start, start + byteLength));
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
    return position;
  }
}
