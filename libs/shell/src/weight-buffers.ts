import type { Backend } from '@lockstep/math';
import { FrameBuffer } from '@lockstep/protocol';

/** Buffers in the backend's memory: the committed weights, the next ones, and one that a slow reader may still hold. */
const BUFFERS_ON_BACKEND = 3;

interface Entry {
  readonly buffer: FrameBuffer;
  /** Sends that still read its bytes. */
  holds: number;
}

/**
 * Where the weights of a run lie: the committed ones in one buffer, the next step's written to another, in turn. A socket reads
 * a buffer's bytes after `send` returns, so a buffer is written again only when nobody holds it any more.
 */
export class WeightBuffers {
  readonly #entries: Entry[];
  readonly #length: number;
  #current: Entry;

  /** Floats that the buffers take of the backend's memory. */
  static elementsFor(length: number): number {
    return BUFFERS_ON_BACKEND * (FrameBuffer.elementsFor(length) + 16);
  }

  constructor(backend: Backend, length: number) {
    this.#length = length;
    const elements = FrameBuffer.elementsFor(length);
    this.#entries = Array.from({ length: BUFFERS_ON_BACKEND }, () => ({
      buffer: new FrameBuffer(backend.allocate(elements)),
      holds: 0,
    }));
    this.#current = this.#entries[0]!;
  }

  /** The committed weights. */
  get current(): FrameBuffer {
    return this.#current.buffer;
  }

  /** A buffer to write the next weights to. Readers slower than all the buffers make it one outside the backend's memory. */
  spare(): FrameBuffer {
    const free = this.#entries.find((entry) => entry !== this.#current && entry.holds === 0);
    if (free !== undefined) return free.buffer;
    const buffer = new FrameBuffer(new Float32Array(FrameBuffer.elementsFor(this.#length)));
    this.#entries.push({ buffer, holds: 0 });
    return buffer;
  }

  /** What was written to the spare `buffer` is committed. */
  commit(buffer: FrameBuffer): void {
    this.#current = this.#entries.find((entry) => entry.buffer === buffer)!;
  }

  /** Keeps the committed weights where they are until the function returned is called. */
  hold(): () => void {
    const entry = this.#current;
    entry.holds++;
    return () => void entry.holds--;
  }
}
