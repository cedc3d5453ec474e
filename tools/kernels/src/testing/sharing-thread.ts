import { parentPort, workerData } from 'node:worker_threads';
import { createBackend, type SharedMemory } from '@lockstep/math';
import { allocateShared, PRIVATE, ROWS, rowRangeOf, SHAPE } from './sharing.ts';

/** What a thread of the test is given. */
export interface ThreadTask {
  readonly memory: SharedMemory;
  readonly thread: number;
  /** A square matrix of its own. */
  readonly own: Float32Array;
}

const ROUNDS = 50;

/**
 * Its rows of the shared gradient, and, over and over, the square of its own matrix, which travels through its scratch space while
 * the other threads use theirs.
 * @returns every square it computed
 */
async function run({ memory, thread, own }: ThreadTask): Promise<Float32Array[]> {
  const { backend } = await createBackend('auto', { shared: { memory, thread } });
  const { x, a, out } = allocateShared(backend);
  const { k, n, leafRows } = SHAPE;
  const { first, last } = rowRangeOf(thread, memory.threads);
  return Array.from({ length: ROUNDS }, () => {
    backend.weightGradient(out, x, a, ROWS, k, n, leafRows, first, last);
    const square = new Float32Array(PRIVATE * PRIVATE);
    backend.matmul(square, own, own, PRIVATE, PRIVATE, PRIVATE);
    return square;
  });
}

void run(workerData as ThreadTask).then((squares) => parentPort!.postMessage(squares));
