import type { Backend } from '@lockstep/math';
import { encodeCoordinatorMessage, encodedCoordinatorSize, type Weights } from '@lockstep/protocol';

/** A frame that is being sent to several workers; its buffer is used again when the last of them has it. */
interface SharedFrame {
  readonly step: number;
  readonly frame: Uint8Array;
  readonly checksum: string;
  readonly buffer: Uint8Array;
  sends: number;
  isCurrent: boolean;
}

/**
 * The committed weights as one frame, encoded once a step and sent to everyone. The socket reads the buffer after `send`
 * returns, so a buffer is written again only when nobody reads it any more.
 */
export class WeightsBroadcast {
  readonly #term: number;
  readonly #backend: Backend;
  readonly #free: Uint8Array[] = [];
  #current: SharedFrame | undefined;

  constructor(term: number, backend: Backend) {
    this.#term = term;
    this.#backend = backend;
  }

  /** The checksum of the weights that `step` starts from. */
  checksumFor(step: number, weights: Float32Array): string {
    return this.#frameFor(step, weights).checksum;
  }

  /** Gives the frame of `step` to `send`, which calls back when the bytes are on the wire. */
  send(step: number, weights: Float32Array, send: (frame: Uint8Array, onFlushed: () => void) => void): void {
    const shared = this.#frameFor(step, weights);
    shared.sends++;
    send(shared.frame, () => {
      shared.sends--;
      this.#recycle(shared);
    });
  }

  #frameFor(step: number, weights: Float32Array): SharedFrame {
    if (this.#current?.step === step) return this.#current;
    if (this.#current !== undefined) {
      this.#current.isCurrent = false;
      this.#recycle(this.#current);
    }
    const { checksum } = this.#backend.checksum(weights);
    const message: Weights = { type: 'weights', term: this.#term, step, checksum, weights };
    const size = encodedCoordinatorSize(message);
    const index = this.#free.findIndex((free) => free.length >= size);
    const buffer = index >= 0 ? this.#free.splice(index, 1)[0]! : new Uint8Array(size + 64);
    const frame = encodeCoordinatorMessage(message, buffer);
    this.#current = { buffer, sends: 0, isCurrent: true, step, frame, checksum };
    return this.#current;
  }

  #recycle(shared: SharedFrame): void {
    if (shared.sends === 0 && !shared.isCurrent) this.#free.push(shared.buffer);
  }
}
