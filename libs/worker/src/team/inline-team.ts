import type { RunConfig } from '@lockstep/config';
import type { Backend } from '@lockstep/math';
import { memoryFor, layoutOf, type GivenRows } from '@lockstep/nn';
import { FrameBuffer } from '@lockstep/protocol';
import { mostRowsOf } from '../most-rows.ts';
import { SpanComputer, type SpanRows } from '../span-computer.ts';
import { BufferPool } from './buffer-pool.ts';
import { GRADIENT_BUFFERS, requireChecksum, type ComputeTeam, type TeamSum } from './compute-team.ts';

/** A team of one: the calling thread computes. For a browser's worker thread without shared memory, and for tests. */
export class InlineTeam implements ComputeTeam {
  readonly threads = 1;
  readonly #backend: Backend;
  readonly #computer: SpanComputer;
  readonly #buffers: BufferPool;
  #expectedChecksum: string | undefined;

  /** Bytes of heap its backend needs. */
  static heapBytes(config: RunConfig): number {
    const bufferElements = GRADIENT_BUFFERS * (FrameBuffer.elementsFor(layoutOf(config.model).length) + 64);
    const { tensorBytes, scratchBytes } = memoryFor(config.model, mostRowsOf(config), bufferElements);
    return tensorBytes + scratchBytes;
  }

  constructor(backend: Backend, config: RunConfig) {
    this.#backend = backend;
    this.#computer = new SpanComputer(backend, config);
    const { length } = this.#computer.network.layout;
    this.#buffers = new BufferPool(
      Array.from(
        { length: GRADIENT_BUFFERS },
        () => new FrameBuffer(backend.allocate(FrameBuffer.elementsFor(length))),
      ),
    );
  }

  setWeights(weights: Float32Array, checksum: string): void {
    this.#computer.network.weights.set(weights);
    this.#expectedChecksum = checksum;
  }

  async compute(given: SpanRows): Promise<TeamSum> {
    let [rows, index] = [given, this.#buffers.take()];
    if (typeof index !== 'number') {
      rows = structuredClone(given);
      index = await index;
    }
    this.#checkWeights();
    const buffer = this.#buffers.buffer(index);
    this.#computer.network.useGradient(buffer.tensor);
    const { gradient, lossSum } = this.#computer.compute(rows);
    const { checksum } = this.#backend.checksum(gradient);
    return { buffer, lossSum, checksum, release: () => this.#buffers.give(index) };
  }

  async answer(rows: GivenRows): Promise<Float32Array> {
    this.#checkWeights();
    return this.#computer.answer(rows).slice();
  }

  /** @throws {WeightsError} unless new weights arrived as they were sent */
  #checkWeights(): void {
    const expected = this.#expectedChecksum;
    if (expected === undefined) return;
    requireChecksum(this.#backend.checksum(this.#computer.network.weights).checksum, expected);
    this.#expectedChecksum = undefined;
  }

  close(): void {
    // There is nothing to end: this thread is the caller's.
  }
}
