import { MessageChannel, Worker, workerData, type MessagePort } from 'node:worker_threads';

/** What a thread is started with, beside its own data. */
interface Start {
  readonly data: unknown;
  /** 0 while it loads, 1 from then on: for who has to wait without turning the event loop. */
  readonly isLoaded: Int32Array;
  /** Closed by then: for everybody else. */
  readonly port: MessagePort;
}

/** Of the threads of this process that load. */
const loading = new Set<Int32Array>();

/** Far longer than loading takes: a thread that hangs does not keep its process from ending. */
const MOST_LOADING_MS = 5000;

/**
 * A thread of Node's that loads native kernels. Ended in the middle of that it would end the whole process: the addon that binds
 * functions throws into an engine that takes no exception any more, and Node aborts. So a thread is ended only once it has
 * loaded, and a process that exits waits for it too.
 */
export class NativeThread {
  readonly worker: Worker;
  #isLoading = true;
  #isEnding = false;

  /** @param script calls `loadInThread` once, for all that it loads @param data for `threadData` there */
  constructor(script: URL, data: unknown) {
    const isLoaded = new Int32Array(new SharedArrayBuffer(4));
    const { port1, port2 } = new MessageChannel();
    const start: Start = { data, isLoaded, port: port2 };
    // What threads throw away is little: with as much room for it as a process has, each would take some megabytes more.
    this.worker = new Worker(script, {
      ...{ workerData: start, transferList: [port2] },
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    if (loading.size === 0) process.once('exit', awaitLoading);
    loading.add(isLoaded);
    port1.once('close', () => {
      loading.delete(isLoaded);
      if (loading.size === 0) process.off('exit', awaitLoading);
      this.#isLoading = false;
      if (this.#isEnding) void this.worker.terminate();
    });
  }

  /** Ends the thread, as soon as that may be. */
  end(): void {
    this.#isEnding = true;
    if (!this.#isLoading) void this.worker.terminate();
  }
}

/** Waits until no thread loads. */
function awaitLoading(): void {
  for (const isLoaded of loading) Atomics.wait(isLoaded, 0, 0, MOST_LOADING_MS);
}

/** What this thread was given by who started it as a `NativeThread`. */
export const threadData = (): unknown => (workerData as Start).data;

/** Does all that loads native kernels in a thread, which may be ended from then on. */
export async function loadInThread<Value>(load: () => Promise<Value>): Promise<Value> {
  try {
    return await load();
  } finally {
    const { isLoaded, port } = workerData as Start;
    Atomics.store(isLoaded, 0, 1);
    Atomics.notify(isLoaded, 0);
    port.close();
  }
}
