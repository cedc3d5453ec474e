/** A process that starts a thread, which takes its time to load and writes down that it has, and ends it, or itself, at once. */
import { writeFileSync } from 'node:fs';
import { isMainThread, parentPort } from 'node:worker_threads';
import { loadInThread, NativeThread, threadData } from '../native-thread.ts';

export type WayToLeave = 'end' | 'exit';

const LOADING_MS = 100;

function leave(file: string, how: WayToLeave): void {
  const thread = new NativeThread(new URL(import.meta.url), file);
  thread.worker.on('message', () => process.exit(3));
  if (how === 'exit') process.exit(7);
  thread.end();
}

async function load(file: string): Promise<void> {
  await loadInThread(() => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOADING_MS);
    writeFileSync(file, 'loaded');
    return Promise.resolve();
  });
  // From here on it may be ended, and is.
  setTimeout(() => parentPort!.postMessage('still there'), 10_000);
}

const [, , file, how] = process.argv;
if (isMainThread) leave(file!, how as WayToLeave);
else await load(threadData() as string);
