/** Numbers as text that keeps every bit, the most significant digit first. */

/** Which NaN a NaN is is not part of the contract. */
const NAN = '7fc00000';

const view = new DataView(new ArrayBuffer(8));

/** The 8 hex digits of a float32's bits: 1 is `3f800000`. */
export function float32Hex(value: number): string {
  if (Number.isNaN(value)) return NAN;
  view.setFloat32(0, value);
  return wordHex(view.getUint32(0));
}

/** The 16 hex digits of a float64's bits. */
export function float64Hex(value: number): string {
  view.setFloat64(0, value);
  return wordHex(view.getUint32(0)) + wordHex(view.getUint32(4));
}

export const wordHex = (word: number): string => word.toString(16).padStart(8, '0');

export const tensorHex = (tensor: Float32Array): string[] => Array.from(tensor, float32Hex);

/** The bytes of a memory, two digits each. */
export const bytesHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
