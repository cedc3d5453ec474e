import { BackendMemoryError } from './errors.ts';

const ALIGNMENT = 64;
const align = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Which part of a buffer is whose, in bytes. */
export interface HeapOptions {
  /** Where the first tensor lies; what makes tensors aligned where the buffer itself is not. Default 64. */
  readonly origin?: number;
  /** One heap of several over the same buffer: all lay the same tensors, each has scratch space of its own. */
  readonly share?: HeapShare;
}

/** One thread's part in a buffer that several threads have in common. */
export interface HeapShare {
  readonly threads: number;
  /** 0 to `threads` - 1 */
  readonly thread: number;
  /** Scratch space of each thread. */
  readonly scratchBytes: number;
}

/**
 * Memory of fixed size: tensors from the bottom up, for as long as the heap lives; scratch space for one kernel call at the
 * top, as large as the largest call so far needed, and used again by every call.
 *
 * Heaps that share a buffer lay the same lengths in the same order at the same addresses, and so see the same tensors. The scratch
 * spaces of the threads lie side by side at the top, of a fixed size.
 */
export class Heap {
  readonly floats: Float32Array;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly #buffer: ArrayBufferLike;
  #tensorEnd: number;
  /** Where tensors must end: the lowest scratch space that any call has used, or may use where the buffer is shared. */
  #tensorLimit: number;
  readonly #scratchBottom: number | undefined;
  readonly #scratchTop: number;

  constructor(buffer: ArrayBufferLike, { origin = ALIGNMENT, share }: HeapOptions = {}) {
    this.#buffer = buffer;
    this.floats = new Float32Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.#tensorEnd = origin;
    const top = origin + Math.floor((buffer.byteLength - origin) / ALIGNMENT) * ALIGNMENT;
    const scratchBytes = share === undefined ? 0 : align(share.scratchBytes);
    this.#tensorLimit = share === undefined ? top : top - share.threads * scratchBytes;
    this.#scratchTop = share === undefined ? top : top - share.thread * scratchBytes;
    this.#scratchBottom = share === undefined ? undefined : this.#scratchTop - scratchBytes;
  }

  /** The next tensor; its contents are whatever the memory holds, zeros when it is fresh. @throws {BackendMemoryError} */
  allocate(length: number): Float32Array {
    const start = this.#tensorEnd;
    const end = start + align(length * Float32Array.BYTES_PER_ELEMENT);
    if (end > this.#tensorLimit) throw new BackendMemoryError(end - start, this.#tensorLimit - start);
    this.#tensorEnd = end;
    return new Float32Array(this.#buffer, start, length);
  }

  /** Where `byteLength` bytes of scratch space begin; they hold until the next call. @throws {BackendMemoryError} */
  scratch(byteLength: number): number {
    const start = this.#scratchTop - align(byteLength);
    const bottom = this.#scratchBottom ?? this.#tensorEnd;
    if (start < bottom) throw new BackendMemoryError(align(byteLength), this.#scratchTop - bottom);
    if (this.#scratchBottom === undefined) this.#tensorLimit = Math.min(this.#tensorLimit, start);
    return start;
  }

  /** Whether `array` lies in this memory, so that kernels reach it in place. */
  holds(array: Float32Array | Uint8Array): boolean {
    return array.buffer === this.#buffer;
  }
}

/** Bytes that a buffer needs for these heaps: `origin`, tensors each rounded up to 64 bytes, and every thread's scratch space. */
export const sharedHeapBytes = (tensorBytes: number, scratchBytes: number, threads: number): number =>
  2 * ALIGNMENT + align(tensorBytes) + threads * align(scratchBytes);

/** Bytes that `array` takes in scratch space. */
export const stagedBytes = (array: { readonly byteLength: number }): number => align(array.byteLength);
