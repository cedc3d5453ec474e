import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { WeightBuffers } from './weight-buffers.ts';

describe('WeightBuffers', () => {
  it('writes two buffers in turn when everybody keeps up', () => {
    const buffers = new WeightBuffers(referenceBackend, 3);
    const seen = new Set<unknown>();
    for (let step = 0; step < 10; step++) {
      const release = buffers.hold();
      const spare = buffers.spare();
      expect(spare).not.toBe(buffers.current);
      buffers.commit(spare);
      seen.add(spare);
      release();
    }
    expect(seen.size).toBe(2);
  });

  it('never gives a buffer that somebody still reads', () => {
    const buffers = new WeightBuffers(referenceBackend, 3);
    const held = new Set<unknown>();
    for (let step = 0; step < 6; step++) {
      held.add(buffers.current);
      buffers.hold();
      const spare = buffers.spare();
      expect(held.has(spare)).toBe(false);
      buffers.commit(spare);
    }
  });
});
