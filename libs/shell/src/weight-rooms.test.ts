import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { WeightRooms } from './weight-rooms.ts';

describe('WeightRooms', () => {
  it('writes two rooms in turn when everybody keeps up', () => {
    const rooms = new WeightRooms(referenceBackend, 3);
    const seen = new Set<unknown>();
    for (let step = 0; step < 10; step++) {
      const release = rooms.hold();
      const spare = rooms.spare();
      expect(spare).not.toBe(rooms.current);
      rooms.commit(spare);
      seen.add(spare);
      release();
    }
    expect(seen.size).toBe(2);
  });

  it('never gives a room that somebody still reads', () => {
    const rooms = new WeightRooms(referenceBackend, 3);
    const held = new Set<unknown>();
    for (let step = 0; step < 6; step++) {
      held.add(rooms.current);
      rooms.hold();
      const spare = rooms.spare();
      expect(held.has(spare)).toBe(false);
      rooms.commit(spare);
    }
  });
});
