/** Bytes kept before the tensor: header length and header of any message that carries one. */
const HEAD_BYTES = 512;
/** Bytes kept behind the tensor: padding, and a second tensor of one float64. */
const TAIL_BYTES = 64;

/**
 * Memory with a float tensor in its middle and space around it, so that a frame is built where the tensor lies: kernels
 * compute in the bytes that travel, and nothing is copied.
 */
export class FrameBuffer {
  /** The whole memory. */
  readonly bytes: Uint8Array;
  readonly tensor: Float32Array;
  /** Where the tensor starts in `bytes`. */
  readonly tensorStart = HEAD_BYTES;

  /** Elements of memory that a buffer for a tensor of `length` elements takes. */
  static elementsFor(length: number): number {
    return length + (HEAD_BYTES + TAIL_BYTES) / Float32Array.BYTES_PER_ELEMENT;
  }

  /** @param memory `elementsFor(length)` elements that start on a multiple of eight bytes, of the buffer's alone */
  constructor(memory: Float32Array) {
    this.bytes = new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength);
    const length = (memory.byteLength - HEAD_BYTES - TAIL_BYTES) / Float32Array.BYTES_PER_ELEMENT;
    this.tensor = new Float32Array(memory.buffer, memory.byteOffset + HEAD_BYTES, length);
  }
}
