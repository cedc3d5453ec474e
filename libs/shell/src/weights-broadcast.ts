import type { Backend } from '@lockstep/math';
import { encodeCoordinatorMessage } from '@lockstep/protocol';
import type { WeightBuffers } from './weight-buffers.ts';

interface EncodedWeights {
  readonly step: number;
  readonly frame: Uint8Array;
  readonly checksum: string;
}

/** The committed weights as one frame, built around them where they lie, once a step, and sent to everyone. */
export class WeightsBroadcast {
  readonly #term: number;
  readonly #backend: Backend;
  readonly #buffers: WeightBuffers;
  #encoded: EncodedWeights | undefined;

  constructor(term: number, backend: Backend, buffers: WeightBuffers) {
    this.#term = term;
    this.#backend = backend;
    this.#buffers = buffers;
  }

  /** The checksum of the committed weights, from which `step` starts. */
  checksumFor(step: number): string {
    return this.#encode(step).checksum;
  }

  /** Gives the frame of `step` to `send`, which calls back when the bytes are on the wire. */
  send(step: number, send: (frame: Uint8Array, onFlushed: () => void) => void): void {
    const { frame } = this.#encode(step);
    send(frame, this.#buffers.hold());
  }

  /** Whether the weights from which `step` starts are the committed ones still. */
  isCurrent(step: number): boolean {
    return this.#encoded?.step === step;
  }

  #encode(step: number): EncodedWeights {
    if (this.#encoded?.step === step) return this.#encoded;
    const buffer = this.#buffers.current;
    const weights = buffer.tensor;
    const { checksum } = this.#backend.checksum(weights);
    const message = { type: 'weights', term: this.#term, step, checksum, weights } as const;
    this.#encoded = { step, checksum, frame: encodeCoordinatorMessage(message, buffer) };
    return this.#encoded;
  }
}
