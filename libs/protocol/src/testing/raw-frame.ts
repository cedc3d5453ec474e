/** Header bytes written by hand, so that tests can send what no encoder writes. */

/** msgpack of a short map of short texts and small numbers; a `Uint8Array` is put in as it is. */
export function msgpack(value: unknown): number[] {
  if (value instanceof Uint8Array) return [...value];
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= 0 && value < 128 && !Object.is(value, -0)
      ? [value]
      : float64(value);
  if (typeof value === 'string') return [0xda, value.length >> 8, value.length & 0xff, ...latin1(value)];
  if (Array.isArray(value)) return [0x90 | value.length, ...value.flatMap(msgpack)];
  const entries = Object.entries(value as object);
  return [
    0x80 | entries.length,
    ...entries.flatMap(([key, item]) => [0xd9, key.length, ...latin1(key), ...msgpack(item)]),
  ];
}

/** A frame of `header` bytes, padded, followed by `tensorBytes`. */
export function rawFrame(header: readonly number[], tensorBytes: readonly number[] = []): Uint8Array {
  const padding = (8 - ((4 + header.length) % 8)) % 8;
  const length = [header.length & 0xff, header.length >> 8, 0, 0];
  return Uint8Array.from([...length, ...header, ...new Array<number>(padding).fill(0), ...tensorBytes]);
}

const latin1 = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

function float64(value: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return [0xcb, ...new Uint8Array(view.buffer)];
}
