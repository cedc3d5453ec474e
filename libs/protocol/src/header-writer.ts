/** Writes the part of msgpack that `HeaderReader` reads, each value in its shortest form. */
export class HeaderWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #encoder = new TextEncoder();
  #length = 0;

  /** @param capacity most bytes of a header */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** The bytes of a map, valid until the next call; undefined when they are more than the capacity. */
  write(fields: Readonly<Record<string, unknown>>): Uint8Array | undefined {
    this.#length = 0;
    try {
      this.#value(fields);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
    return this.#bytes.subarray(0, this.#length);
  }

  #value(value: unknown): void {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') return this.#number(value);
    if (Array.isArray(value)) {
      this.#size(value.length, 0x90, 0xdc);
      for (const item of value) this.#value(item);
      return;
    }
    if (typeof value !== 'object' || value === null) {
      throw new TypeError(`a header holds no ${String(value)}`);
    }
    const fields = value as Readonly<Record<string, unknown>>;
    const keys = Object.keys(fields);
    let count = 0;
    for (const key of keys) if (fields[key] !== undefined) count++;
    this.#size(count, 0x80, 0xde);
    for (const key of keys) {
      if (fields[key] === undefined) continue;
      this.#text(key);
      this.#value(fields[key]);
    }
  }

  #size(count: number, short: number, long: number): void {
    if (count <= 15) return this.#byte(short + count);
    this.#byte(long);
    this.#word(count, 2);
  }

  #text(text: string): void {
    // What nearly all texts are needs no array of its own.
    const bytes = isAscii(text) ? text : this.#encoder.encode(text);
    const { length } = bytes;
    if (length <= 31) this.#byte(0xa0 + length);
    else {
      const size = length <= 0xff ? 1 : 2;
      this.#byte(0xd8 + size);
      this.#word(length, size);
    }
    const start = this.#take(length);
    if (typeof bytes !== 'string') return this.#bytes.set(bytes, start);
    for (let index = 0; index < length; index++) this.#bytes[start + index] = bytes.charCodeAt(index);
  }

  #number(value: number): void {
    const isInteger = Number.isInteger(value) && value >= -(2 ** 31) && value <= 2 ** 32 - 1;
    if (!isInteger) {
      this.#byte(0xcb);
      this.#view.setFloat64(this.#take(8), value);
    } else if (value >= 0) this.#natural(value);
    else this.#negative(value);
  }

  #natural(value: number): void {
    if (value <= 0x7f) return this.#byte(value);
    const size = value <= 0xff ? 1 : value <= 0xffff ? 2 : 4;
    this.#byte(0xcc + (size >> 1));
    this.#word(value, size);
  }

  #negative(value: number): void {
    if (value >= -32) return this.#byte(value & 0xff);
    const size = value >= -0x80 ? 1 : value >= -0x8000 ? 2 : 4;
    this.#byte(0xd0 + (size >> 1));
    this.#word(value, size);
  }

  #byte(value: number): void {
    this.#view.setUint8(this.#take(1), value);
  }

  /** The lowest `size` bytes of an integer, the highest first. */
  #word(value: number, size: number): void {
    for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) this.#byte(value >>> shift);
  }

  #take(size: number): number {
    const position = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) throw new RangeError('the header is too large');
    return position;
  }
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}
