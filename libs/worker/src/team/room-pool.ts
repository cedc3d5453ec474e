import type { TensorRoom } from '@lockstep/protocol';

/** Gradient rooms that are written in turn; who finds none free waits until one is given back. */
export class RoomPool {
  readonly #free: number[];
  readonly #rooms: readonly TensorRoom[];
  #waiting: ((index: number) => void) | undefined;

  constructor(rooms: readonly TensorRoom[]) {
    this.#rooms = rooms;
    this.#free = rooms.map((_, index) => index);
  }

  room(index: number): TensorRoom {
    return this.#rooms[index]!;
  }

  /** The number of a free room, now or once there is one. One caller at a time. */
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
