import type { FrameBuffer } from '@lockstep/protocol';

/** Gradient buffers that are written in turn; who finds none free waits until one is given back. */
export class BufferPool {
  readonly #free: number[];
  readonly #buffers: readonly FrameBuffer[];
  #waiting: ((index: number) => void) | undefined;

  constructor(buffers: readonly FrameBuffer[]) {
    this.#buffers = buffers;
    this.#free = buffers.map((_, index) => index);
  }

  buffer(index: number): FrameBuffer {
    return this.#buffers[index]!;
  }

  /** The number of a free buffer, now or once there is one. One caller at a time. */
  take(): number | Promise<number> {
    return this.#free.shift() ?? new Promise((resolve) => (this.#waiting = resolve));
  }

  give(index: number): void {
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#free.push(index);
      return;
    }
    this.#waiting = undefined;
    waiting(index);
  }
}
