import { listen, sendTo, startThread } from './threads.ts';

/** Long enough for a scheduler to share processors fairly, short enough to wait for. */
const SPIN_MS = 80;
const ROUND = 2000;

/** What a thread did in its time. */
export interface Spun {
  readonly rounds: number;
}

/** Multiplies and adds for `millis`. */
export function spin(millis: number): Spun {
  const until = performance.now() + millis;
  let value = 1;
  let rounds = 0;
  while (performance.now() < until && value !== 0) {
    for (let index = 0; index < ROUND; index++) value = value * 0.999_999 + 1e-6;
    rounds++;
  }
  return { rounds };
}

interface Spinner {
  readonly worker: Worker;
  done(rounds: number): void;
  failed(error: Error): void;
}

/** Threads that do nothing but spin, started as they are asked for. */
export class Spinners {
  readonly #threads: Spinner[] = [];

  /** Rounds that so many threads do at once. */
  async rateOf(count: number): Promise<number> {
    // The first word is their warming up, and that they are there.
    while (this.#threads.length < count) await this.#ask(this.#start(), 1);
    const rounds = await Promise.all(this.#threads.map((thread) => this.#ask(thread, SPIN_MS)));
    return rounds.reduce((sum, each) => sum + each, 0);
  }

  end(): void {
    for (const { worker } of this.#threads) worker.terminate();
  }

  #start(): Spinner {
    const worker = startThread();
    const thread: Spinner = { worker, done: () => undefined, failed: () => undefined };
    const { onMessage, onError } = listen<Spun>(worker);
    onMessage(({ rounds }) => thread.done(rounds));
    onError((error) => thread.failed(error));
    this.#threads.push(thread);
    return thread;
  }

  #ask(thread: Spinner, millis: number): Promise<number> {
    return new Promise((resolve, reject) => {
      thread.done = resolve;
      thread.failed = reject;
      sendTo(thread.worker, { type: 'spin', millis });
    });
  }
}
