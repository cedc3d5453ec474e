import type { Backend } from '@lockstep/math';
import { TensorRoom } from '@lockstep/protocol';

/** Rooms in the backend's memory: the committed weights, the next ones, and one that a slow reader may still hold. */
const ROOMS_ON_BACKEND = 3;

interface Entry {
  readonly room: TensorRoom;
  /** Sends that still read its bytes. */
  holds: number;
}

/**
 * Where the weights of a run lie: the committed ones in one room, the next step's written to another, in turn. A socket reads
 * a room's bytes after `send` returns, so a room is written again only when nobody holds it any more.
 */
export class WeightRooms {
  readonly #entries: Entry[];
  readonly #length: number;
  #current: Entry;

  /** Floats that the rooms take of the backend's memory. */
  static elementsFor(length: number): number {
    return ROOMS_ON_BACKEND * (TensorRoom.elementsFor(length) + 16);
  }

  constructor(backend: Backend, length: number) {
    this.#length = length;
    const elements = TensorRoom.elementsFor(length);
    this.#entries = Array.from({ length: ROOMS_ON_BACKEND }, () => ({
      room: new TensorRoom(backend.allocate(elements)),
      holds: 0,
    }));
    this.#current = this.#entries[0]!;
  }

  /** The committed weights. */
  get current(): TensorRoom {
    return this.#current.room;
  }

  /** A room to write the next weights to. Readers slower than all the rooms make it one outside the backend's memory. */
  spare(): TensorRoom {
    const free = this.#entries.find((entry) => entry !== this.#current && entry.holds === 0);
    if (free !== undefined) return free.room;
    const room = new TensorRoom(new Float32Array(TensorRoom.elementsFor(this.#length)));
    this.#entries.push({ room, holds: 0 });
    return room;
  }

  /** What was written to the spare `room` is committed. */
  commit(room: TensorRoom): void {
    this.#current = this.#entries.find((entry) => entry.room === room)!;
  }

  /** Keeps the committed weights where they are until the function returned is called. */
  hold(): () => void {
    const entry = this.#current;
    entry.holds++;
    return () => void entry.holds--;
  }
}
