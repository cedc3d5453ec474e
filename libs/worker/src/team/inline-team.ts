import type { RunConfig } from '@lockstep/config';
import type { Backend } from '@lockstep/math';
import { memoryFor, layoutOf } from '@lockstep/nn';
import { TensorRoom } from '@lockstep/protocol';
import { SpanComputer, type SpanRows } from '../span-computer.ts';
import { GRADIENT_ROOMS, requireChecksum, type ComputeTeam, type TeamSum } from './compute-team.ts';
import { RoomPool } from './room-pool.ts';

/** A team of one: the calling thread computes. For a browser's worker thread without shared memory, and for tests. */
export class InlineTeam implements ComputeTeam {
  readonly threads = 1;
  readonly #backend: Backend;
  readonly #computer: SpanComputer;
  readonly #rooms: RoomPool;
  #expectedChecksum: string | undefined;

  /** Bytes of heap its backend needs. */
  static heapBytes(config: RunConfig): number {
    const roomElements = GRADIENT_ROOMS * (TensorRoom.elementsFor(layoutOf(config.model).length) + 64);
    const { tensorBytes, scratchBytes } = memoryFor(config.model, config.batchSize, roomElements);
    return tensorBytes + scratchBytes;
  }

  constructor(backend: Backend, config: RunConfig) {
    this.#backend = backend;
    this.#computer = new SpanComputer(backend, config);
    const { length } = this.#computer.network.layout;
    this.#rooms = new RoomPool(
      Array.from(
        { length: GRADIENT_ROOMS },
        () => new TensorRoom(backend.allocate(TensorRoom.elementsFor(length))),
      ),
    );
  }

  setWeights(weights: Float32Array, checksum: string): void {
    this.#computer.network.weights.set(weights);
    this.#expectedChecksum = checksum;
  }

  async compute(given: SpanRows): Promise<TeamSum> {
    let [rows, index] = [given, this.#rooms.take()];
    if (typeof index !== 'number') {
      rows = structuredClone(given);
      index = await index;
    }
    const { network } = this.#computer;
    if (this.#expectedChecksum !== undefined) {
      requireChecksum(this.#backend.checksum(network.weights).checksum, this.#expectedChecksum);
      this.#expectedChecksum = undefined;
    }
    const room = this.#rooms.room(index);
    network.useGradient(room.tensor);
    const { gradient, lossSum } = this.#computer.compute(rows);
    const { checksum } = this.#backend.checksum(gradient);
    return { room, lossSum, checksum, release: () => this.#rooms.give(index) };
  }

  close(): void {
    // There is nothing to end: this thread is the caller's.
  }
}
