import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { createBackend, createSharedMemory, referenceBackend, type BackendName } from '@lockstep/math';
import { firstDifference, numbersOf } from '@lockstep/math/testing';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ThreadTask } from './testing/sharing-thread.ts';
import { allocateShared, PRIVATE, ROWS, SHAPE } from './testing/sharing.ts';

const THREADS = 3;
const { k, n, leafRows } = SHAPE;

/** The program of a thread, as one script. */
async function threadScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'testing', 'sharing-thread.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

/** The numbers of a thread's own matrix, and its square by the reference. */
function privateWork(thread: number): { readonly own: Float32Array; readonly square: Float32Array } {
  const own = numbersOf('wide', PRIVATE * PRIVATE, thread);
  const square = new Float32Array(PRIVATE * PRIVATE);
  referenceBackend.matmul(square, own, own, PRIVATE, PRIVATE, PRIVATE);
  return { own, square };
}

describe('threads that share a memory', () => {
  let script: string;
  beforeAll(async () => {
    script = await threadScript();
  });

  it.each<BackendName>(['reference', 'wasm'])(
    'compute one gradient together, and their own products apart, with the bits of one (%s)',
    { timeout: 60_000 },
    async (name) => {
      const memory = createSharedMemory(name, {
        tensorBytes: 2 ** 17,
        scratchBytes: 2 ** 19,
        threads: THREADS,
      });
      const { backend } = await createBackend(name, { shared: { memory, thread: 0 } });
      const { x, a, out } = allocateShared(backend);
      x.set(numbersOf('wide', x.length, 10));
      a.set(numbersOf('wide', a.length, 11));
      const differences = await Promise.all(
        Array.from({ length: THREADS }, async (_, thread) => {
          const { own, square } = privateWork(thread);
          const workerData: ThreadTask = { memory, thread, own };
          const worker = new Worker(script, { eval: true, workerData });
          const [squares] = (await once(worker, 'message')) as [Float32Array[]];
          await worker.terminate();
          return squares.map((answer) => firstDifference(answer, square));
        }),
      );
      expect(differences.flat().filter((difference) => difference !== undefined)).toEqual([]);
      const expected = new Float32Array(k * n);
      referenceBackend.weightGradient(expected, x, a, ROWS, k, n, leafRows);
      expect(firstDifference(out, expected)).toBeUndefined();
    },
  );
});
