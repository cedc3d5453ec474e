/** Buffers for frames, used again once the bytes of the last frame are on the wire, so that the steady state allocates none. */
export class FramePool {
  readonly #free: Uint8Array[] = [];

  /** A buffer of at least `byteLength` bytes. */
  take(byteLength: number): Uint8Array {
    const index = this.#free.findIndex((buffer) => buffer.length >= byteLength);
    return index < 0 ? new Uint8Array(byteLength) : this.#free.splice(index, 1)[0]!;
  }

  /** Gives a buffer back that nobody reads any more. */
  give(buffer: Uint8Array): void {
    this.#free.push(buffer);
  }
}
