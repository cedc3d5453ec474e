/** A thread that takes its time to load, and writes down that it has. */
import { writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { loadInThread, threadData } from '../native-thread.ts';

export interface SlowLoading {
  readonly file: string;
  readonly millis: number;
}

const { file, millis } = threadData() as SlowLoading;
await loadInThread(() => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
  writeFileSync(file, 'loaded');
  return Promise.resolve();
});
// From here on it may be ended, and is.
setTimeout(() => parentPort!.postMessage('still there'), 10_000);
