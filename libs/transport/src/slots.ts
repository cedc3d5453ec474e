/** States of a slot. */
const FREE = 0;
const TAKEN = 1;

/**
 * Places for frames in memory that two processes share, for one direction. The sender takes a slot and writes it, the receiver
 * frees it when nobody looks at the frame any more. The word of a slot is its only state that both see.
 */
export class Slots {
  readonly byteLength: number;
  readonly #words: Int32Array;
  readonly #buffers: readonly ArrayBuffer[];
  readonly #numbers: ReadonlyMap<ArrayBufferLike, number>;
  /** Slots whose frames were received and are looked at. */
  readonly #held = new Set<number>();

  /**
   * @param words one word a slot, in the shared memory
   * @param buffers the slots themselves, all of one length
   */
  constructor(words: Int32Array, buffers: readonly ArrayBuffer[]) {
    this.#words = words;
    this.#buffers = buffers;
    this.#numbers = new Map(buffers.map((buffer, number) => [buffer, number]));
    this.byteLength = buffers[0]?.byteLength ?? 0;
  }

  /** Writes `frame` into a slot that is free. @returns its number; undefined when none is, or the frame is longer than a slot */
  put(frame: Uint8Array): number | undefined {
    if (frame.length > this.byteLength) return undefined;
    const number = this.#buffers.findIndex((_, slot) => Atomics.load(this.#words, slot) === FREE);
    if (number < 0) return undefined;
    new Uint8Array(this.#buffers[number]!, 0, frame.length).set(frame);
    Atomics.store(this.#words, number, TAKEN);
    return number;
  }

  /** The frame in a slot, until `free`; undefined when there is none: whoever says so is mistaken, or lies. */
  take(number: number, length: number): Uint8Array | undefined {
    const buffer = this.#buffers[number];
    if (buffer === undefined || length > this.byteLength || this.#held.has(number)) return undefined;
    if (Atomics.load(this.#words, number) !== TAKEN) return undefined;
    this.#held.add(number);
    return new Uint8Array(buffer, 0, length);
  }

  /** Nobody looks at the frame in `buffer` any more. @returns false when it is no slot's */
  free(buffer: ArrayBufferLike): boolean {
    const number = this.#numbers.get(buffer);
    if (number === undefined) return false;
    if (this.#held.delete(number)) Atomics.store(this.#words, number, FREE);
    return true;
  }

  /** Received frames that somebody may still look at. */
  get heldCount(): number {
    return this.#held.size;
  }
}
