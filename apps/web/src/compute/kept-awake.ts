const TICK_MS = 20;

/**
 * `work`, with a timer ticking until it is done. WebKitGTK 2.50 compiles WebAssembly on another thread and does not wake a Web
 * Worker that has nothing else to do when it is finished: the promise would wait for the Web Worker's next event, for ever.
 */
export async function keptAwake<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, TICK_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
