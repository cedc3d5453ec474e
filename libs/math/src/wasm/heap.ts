import { BackendMemoryError } from '../errors.ts';

const ALIGNMENT = 64;
const align = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * The fixed memory of one backend: tensors from the bottom up, for as long as the backend lives; scratch space for one
 * kernel call at the top, as large as the largest call so far needed, and used again by every call.
 */
export class Heap {
  readonly floats: Float32Array;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly #buffer: ArrayBuffer;
  #tensorEnd = ALIGNMENT;
  #scratchStart: number;

  constructor(buffer: ArrayBuffer) {
    this.#buffer = buffer;
    this.floats = new Float32Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.#scratchStart = buffer.byteLength;
  }

  /** @throws {BackendMemoryError} */
  allocate(length: number): Float32Array {
    const start = this.#tensorEnd;
    const end = start + align(length * Float32Array.BYTES_PER_ELEMENT);
    if (end > this.#scratchStart) throw new BackendMemoryError(end - start, this.#scratchStart - start);
    this.#tensorEnd = end;
    return new Float32Array(this.#buffer, start, length);
  }

  /** Where `byteLength` bytes of scratch space begin; they hold until the next call. @throws {BackendMemoryError} */
  scratch(byteLength: number): number {
    const start = this.#buffer.byteLength - align(byteLength);
    if (start < this.#tensorEnd) {
      throw new BackendMemoryError(align(byteLength), this.#buffer.byteLength - this.#tensorEnd);
    }
    this.#scratchStart = Math.min(this.#scratchStart, start);
    return start;
  }

  /** Whether `array` lies in this memory, so that kernels reach it in place. */
  holds(array: Float32Array | Uint8Array): boolean {
    return array.buffer === this.#buffer;
  }
}

/** Bytes that `array` takes in scratch space. */
export const stagedBytes = (array: Float32Array | Uint8Array): number => align(array.byteLength);
