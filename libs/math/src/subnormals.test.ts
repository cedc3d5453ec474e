import { describe, expect, it } from 'vitest';
import type { Backend } from './backend.ts';
import { createBackend } from './create-backend.ts';
import { SubnormalsError } from './errors.ts';
import { referenceBackend } from './reference/reference-backend.ts';
import type { OperationName } from './operations.ts';
import { assertSubnormals, provesSubnormals } from './subnormals.ts';
import { withOperation } from './testing/with-operation.ts';

const SMALLEST_NORMAL = 2 ** -126;
const flush = (out: Float32Array): void => {
  out.forEach((value, i) => {
    if (Math.abs(value) < SMALLEST_NORMAL) out[i] = 0;
  });
};

/** The reference, but for what is done to the results of one operation. */
const broken = (name: OperationName, harm: (out: Float32Array) => void): Backend => ({
  ...withOperation(referenceBackend, name, (_, outs, ...given) => {
    const answer = referenceBackend.map(name, outs, ...given);
    for (const out of outs) harm(out);
    return answer;
  }),
  description: 'broken',
});

describe('the proof of subnormals', () => {
  it('holds on this thread, in JavaScript and in every backend', async () => {
    expect(provesSubnormals()).toBe(true);
    for (const name of ['reference', 'wasm', 'wasm-scalar'] as const) {
      const { backend } = await createBackend(name, { heapBytes: 2 ** 20 });
      expect(() => assertSubnormals(backend)).not.toThrow();
    }
  });

  it('names a backend whose products flush', () => {
    const flushing = broken('scale', flush);
    expect(() => assertSubnormals(flushing)).toThrow(SubnormalsError);
    expect(() => assertSubnormals(flushing)).toThrow('broken (a product) flushes subnormal numbers');
  });

  it('names a backend whose scalar tail alone flushes in sums', () => {
    const flushing = broken('add', (out) => flush(out.subarray(4)));
    expect(() => assertSubnormals(flushing)).toThrow('broken (a sum) flushes subnormal numbers');
  });
});
