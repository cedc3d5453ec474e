import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { createSharedMemory, referenceBackend } from '@lockstep/math';
import { firstDifference, numbersOf } from '@lockstep/math/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNativeBackend } from './create-native-backend.ts';
import { builtVariants, DIST } from './testing/built-variants.ts';
import { bundleScript } from './testing/bundle-script.ts';
import type { GradientWork } from './testing/gradient-thread.ts';

const SHAPE = { rows: 100, k: 131, n: 70, leafRows: 8 };

const variants = await builtVariants();

describe('native backends on several threads', () => {
  if (variants.length === 0) return;
  let folder: string;
  let script: string;
  beforeAll(async () => {
    // Beside the sources, so that the bundle finds koffi.
    folder = mkdtempSync(path.join(DIST, 'thread-test-'));
    script = await bundleScript('gradient-thread', folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('share a weight gradient by its rows, at the same time, and give the bits of the reference', async () => {
    const { rows, k, n, leafRows } = SHAPE;
    const threads = 3;
    const memory = createSharedMemory('native', { tensorBytes: 2 ** 18, scratchBytes: 2 ** 19, threads });
    const { backend } = await createNativeBackend({ shared: { memory, thread: 0 } });
    const [x, a, out] = [backend.allocate(rows * k), backend.allocate(rows * n), backend.allocate(k * n)];
    x.set(numbersOf('wide', x.length, 1));
    a.set(numbersOf('wide', a.length, 2));
    const expected = new Float32Array(k * n);
    referenceBackend.weightGradient(expected, x, a, rows, k, n, leafRows);

    const checksums = await Promise.all(
      Array.from({ length: threads }, (_, thread) =>
        answerOf(script, { ...SHAPE, memory, thread, folder: DIST, repetitions: 200 }),
      ),
    );
    expect(firstDifference(out, expected)).toBeUndefined();
    expect(new Set(checksums).size).toBe(threads);
  });
});

/** What the thread posts at its end. */
function answerOf(script: string, work: GradientWork): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData: work });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}
