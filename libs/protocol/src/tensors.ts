/** Element types of tensors on the wire, all little-endian. */
export const DTYPES = ['f32', 'f64', 'u8'] as const;
export type Dtype = (typeof DTYPES)[number];

/** A header's description of a tensor: element type and element count. */
export type TensorEntry = readonly [dtype: Dtype, elementCount: number];

/** A tensor to be sent. */
export type Tensor = Float32Array | Float64Array | Uint8Array;

/** Boundary on which every tensor of a frame starts and ends, in bytes. */
const ALIGNMENT = 8;

const BYTES_PER_ELEMENT: Readonly<Record<Dtype, number>> = { f32: 4, f64: 8, u8: 1 };

/** `byteLength` rounded up to the alignment. */
export const padded = (byteLength: number): number => Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;

/** Bytes of a tensor without its padding. */
export const byteLengthOf = ([dtype, elementCount]: TensorEntry): number =>
  elementCount * BYTES_PER_ELEMENT[dtype];

/** How a header describes `tensor`. */
export function entryOf(tensor: Tensor): TensorEntry {
  if (tensor instanceof Float32Array) return ['f32', tensor.length];
  if (tensor instanceof Float64Array) return ['f64', tensor.length];
  return ['u8', tensor.length];
}

/** The bytes of `tensor`, a view. */
export const bytesOf = (tensor: Tensor): Uint8Array =>
  new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength);

/** A tensor found in a received frame, not looked at yet. */
export interface ReceivedTensor {
  readonly entry: TensorEntry;
  readonly bytes: Uint8Array;
}

/** The floats of a tensor: a view of the frame where its address allows, else a copy. */
export function float32View({ bytes }: ReceivedTensor): Float32Array {
  const { buffer, byteOffset, byteLength } = alignedTo(bytes, Float32Array.BYTES_PER_ELEMENT);
  return new Float32Array(buffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);
}

/** The only element of a tensor f64[1]. */
export function float64Scalar({ bytes }: ReceivedTensor): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(0, true);
}

/** `bytes` themselves if they start on a multiple of `alignment` in their buffer, else a copy that does. */
function alignedTo(bytes: Uint8Array, alignment: number): Uint8Array {
  return bytes.byteOffset % alignment === 0 ? bytes : bytes.slice();
}
