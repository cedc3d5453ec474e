import { EventQueue } from './event-queue.ts';

/** A seed whose world ran out of events or of time. */
class WorldError extends Error {
  override readonly name = 'WorldError';
}

/** Takes what happens, a line each. */
export type TraceSink = (line: string) => void;

/**
 * Virtual time. Things happen one after the other, in a total order that the seed decides; between two, every promise that can
 * go on does. No real time passes for anybody in here.
 */
export class World {
  readonly #queue = new EventQueue();
  readonly #sink: TraceSink | undefined;
  #now = 0;
  /** How far people moved the clock on the wall. */
  #wallOffset = 0;

  /** @param sink hears what happens; nothing is put into words without one */
  constructor(sink?: TraceSink) {
    this.#sink = sink;
  }

  /** Microseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** Microseconds of the clock on the wall, which may jump. */
  get wallClock(): number {
    return WALL_CLOCK_START + this.#now + this.#wallOffset;
  }

  moveWallClock(micros: number): void {
    this.#wallOffset += micros;
  }

  /** Plans `task`; the function returned calls it off. */
  after(micros: number, task: () => void): () => void {
    const event = this.#queue.add(this.#now + Math.max(0, Math.round(micros)), task);
    return () => (event.task = undefined);
  }

  /** Tells the trace. */
  note(describe: () => string): void {
    if (this.#sink !== undefined) this.#sink(`${(this.#now / 1e6).toFixed(6)} ${describe()}`);
  }

  /**
   * Lets things happen until `isOver`.
   * @throws {WorldError} when nothing is left to happen, or not before `deadline` (virtual microseconds)
   */
  run(isOver: () => boolean, deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        try {
          if (isOver()) return resolve();
          this.#step(deadline);
        } catch (error) {
          return reject(error instanceof Error ? error : new WorldError(String(error), { cause: error }));
        }
        // Promises go on before the next turn of Node's event loop.
        setImmediate(turn);
      };
      setImmediate(turn);
    });
  }

  #step(deadline: number): void {
    let event = this.#queue.take();
    while (event !== undefined && event.task === undefined) event = this.#queue.take();
    if (event?.task === undefined) throw new WorldError('nothing is left to happen');
    if (event.time > deadline) throw new WorldError(`not over after ${deadline / 1e6} s`);
    this.#now = event.time;
    event.task();
  }
}

/** 2026-01-01, in microseconds since 1970. */
const WALL_CLOCK_START = 1_767_225_600_000_000;
