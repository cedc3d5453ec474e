import type { World } from './world.ts';

/**
 * A process: what happens in it waits while it is stopped (SIGSTOP) and never happens once it is gone. It is never started
 * again: a new start is a new process.
 */
export class Host {
  readonly name: string;
  readonly #world: World;
  readonly #waiting: (() => void)[] = [];
  readonly #onEnd: (() => void)[] = [];
  readonly #origin: number;
  /** How many times it was stopped and did not go on since. */
  #stops = 0;
  #isAlive = true;

  /** @param origin what its monotonic clock shows when it starts, microseconds */
  constructor(world: World, name: string, origin = 0) {
    this.name = name;
    this.#world = world;
    this.#origin = origin - world.now;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isStopped(): boolean {
    return this.#stops > 0;
  }

  /** Integer microseconds of its monotonic clock. */
  now(): number {
    return this.#origin + this.#world.now;
  }

  /** Has `task` happen in this process: now, or when it goes on, or never. */
  run(task: () => void): void {
    if (!this.#isAlive) return;
    if (this.isStopped || this.#waiting.length > 0) this.#waiting.push(task);
    else task();
  }

  /** A timer of this process. */
  after(micros: number, task: () => void): () => void {
    let isCancelled = false;
    const cancel = this.#world.after(micros, () =>
      this.run(() => {
        if (!isCancelled) task();
      }),
    );
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  /** A timer that fires again and again, the next time so long after it fired; the function returned ends it. */
  every(micros: number, task: () => void): () => void {
    let cancel: () => void;
    const again = (): void => {
      cancel = this.after(micros, () => {
        again();
        task();
      });
    };
    again();
    return () => cancel();
  }

  /** Resolves after `micros` of a running process. */
  sleep(micros: number): Promise<void> {
    return new Promise((resolve) => void this.after(micros, resolve));
  }

  /** SIGSTOP, or its only thread is busy. As often as it is stopped it has to be continued. */
  stop(): void {
    this.#stops++;
  }

  /** Nothing else happens in it for so long. */
  freeze(micros: number): void {
    this.stop();
    this.#world.after(micros, () => this.continue());
  }

  /** SIGCONT: what waited happens in its order, and what comes meanwhile after it. */
  continue(): void {
    if (!this.isStopped) return;
    this.#stops--;
    this.#world.after(0, () => this.#catchUp());
  }

  #catchUp(): void {
    if (this.isStopped) return;
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) this.#world.after(0, () => this.#catchUp());
  }

  /** The process is gone, whatever it was doing. */
  end(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#waiting.length = 0;
    for (const action of this.#onEnd.splice(0)) action();
  }

  /** What the machine does when the process is gone: close its sockets, say. */
  onEnd(action: () => void): void {
    this.#onEnd.push(action);
  }
}
