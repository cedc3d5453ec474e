/** What a thread of threads.test.ts runs: its share of a weight gradient on a memory that all threads have in common. */
import { parentPort, workerData } from 'node:worker_threads';
import type { SharedMemory } from '@lockstep/math';
import { createNativeBackend } from '../create-native-backend.ts';

/** Rows of the mini-batch, inputs and outputs of the layer, rows of a leaf. */
export interface GradientShape {
  readonly rows: number;
  readonly k: number;
  readonly n: number;
  readonly leafRows: number;
}

/** What a thread is told. */
export interface GradientWork extends GradientShape {
  readonly memory: SharedMemory;
  readonly thread: number;
  readonly folder: string;
  readonly repetitions: number;
}

const work = workerData as GradientWork | undefined;
if (work !== undefined) {
  const { memory, thread, folder, rows, k, n, leafRows, repetitions } = work;
  const { backend } = await createNativeBackend({ shared: { memory, thread } }, { folder });
  const [x, a, out] = [backend.allocate(rows * k), backend.allocate(rows * n), backend.allocate(k * n)];
  const first = Math.floor((k * thread) / memory.threads);
  const last = Math.floor((k * (thread + 1)) / memory.threads);
  for (let i = 0; i < repetitions; i++) backend.weightGradient(out, x, a, rows, k, n, leafRows, first, last);
  parentPort?.postMessage(backend.checksum(out.subarray(first * n, last * n)).checksum);
}
