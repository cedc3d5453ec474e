import { beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../backend.ts';
import { ShapeError } from '../errors.ts';

const floats = (length: number): Float32Array => new Float32Array(length);

/** Calls whose buffers or numbers disagree. */
const MISTAKES: Readonly<Record<string, (backend: Backend) => unknown>> = {
  'matmul with a short out': (b) => b.matmul(floats(5), floats(6), floats(6), 2, 3, 2),
  'matmul with a long a': (b) => b.matmul(floats(4), floats(7), floats(6), 2, 3, 2),
  'matmul with a fractional size': (b) => b.matmul(floats(3), floats(3), floats(4), 1.5, 2, 2),
  'matmul with negative sizes': (b) => b.matmul(floats(4), floats(4), floats(4), -2, -2, -2),
  'matmulTransposed with a short b': (b) => b.matmulTransposed(floats(4), floats(6), floats(5), 2, 3, 2),
  'weightGradient with a short x': (b) => b.weightGradient(floats(6), floats(7), floats(8), 4, 2, 3, 1),
  'weightGradient with leaves of no rows': (b) =>
    b.weightGradient(floats(6), floats(8), floats(12), 4, 2, 3, 0),
  'weightGradient with leaves of 257 rows': (b) =>
    b.weightGradient(floats(6), floats(8), floats(12), 4, 2, 3, 257),
  'weightGradient of a row that out lacks': (b) =>
    b.weightGradient(floats(6), floats(8), floats(12), 4, 2, 3, 1, 1, 3),
  'weightGradient of rows in reverse': (b) =>
    b.weightGradient(floats(6), floats(8), floats(12), 4, 2, 3, 1, 2, 1),
  'weightGradient from a fractional row': (b) =>
    b.weightGradient(floats(6), floats(8), floats(12), 4, 2, 3, 1, 0.5),
  'biasGradient with a long out': (b) => b.biasGradient(floats(4), floats(6), 2, 3, 1),
  'biasGradient with leaves of half a row': (b) => b.biasGradient(floats(3), floats(6), 2, 3, 0.5),
  'squaredErrorSum with a short error': (b) => b.squaredErrorSum(floats(5), 2, 3, 1),
  'rowSums with a long out': (b) => b.rowSums(floats(3), floats(6), 2, 3),
  'rowDots with a short second input': (b) => b.rowDots(floats(2), floats(6), floats(5), 2, 3),
  'rowMaxima with a fractional row': (b) => b.rowMaxima(floats(2), floats(5), 2, 2.5),
  'lookup with missing bytes': (b) => b.lookup(floats(3), new Uint8Array(2), floats(256)),
  'lookup with a short table': (b) => b.lookup(floats(2), new Uint8Array(2), floats(255)),
  'allocate with a negative length': (b) => b.allocate(-1),
};

export function describeShapeErrors(makeBackend: () => Promise<Backend>): void {
  describe('shapes', () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await makeBackend();
    });

    it.each(Object.entries(MISTAKES))('refuses %s', (_, mistake) => {
      expect(() => mistake(backend)).toThrow(ShapeError);
    });
  });
}
