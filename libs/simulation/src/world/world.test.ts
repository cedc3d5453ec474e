import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dice } from './dice.ts';
import { EventQueue } from './event-queue.ts';
import { Host } from './host.ts';
import { World } from './world.ts';

describe('EventQueue', () => {
  it('gives events by time, and those of one time in the order they were planned', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (times) => {
        const queue = new EventQueue();
        times.forEach((time) => queue.add(time, () => undefined));
        const taken = times.map(() => queue.take()!);
        const sorted = taken.toSorted((a, b) => a.time - b.time || a.number - b.number);
        expect(taken).toEqual(sorted);
        expect(queue.take()).toBeUndefined();
      }),
    );
  });
});

describe('World', () => {
  it('lets every promise that can go on do so between two events', async () => {
    const world = new World();
    const order: string[] = [];
    const follow = async (name: string): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        order.push(`${name}${i}`);
        await Promise.resolve();
      }
    };
    world.after(2, () => void follow('b'));
    world.after(1, () => void follow('a'));
    await world.run(() => order.length === 6, 10);
    expect(order).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2']);
  });

  it('does not do what was called off', async () => {
    const world = new World();
    const done: number[] = [];
    world.after(1, () => done.push(1))();
    world.after(2, () => done.push(2));
    await world.run(() => world.now === 2, 10);
    expect(done).toEqual([2]);
  });

  it('says so when nothing is left to happen, or when it takes too long', async () => {
    await expect(new World().run(() => false, 10)).rejects.toThrow('nothing is left to happen');
    const world = new World();
    world.after(11e6, () => undefined);
    await expect(world.run(() => false, 10e6)).rejects.toThrow('not over after 10 s');
  });

  it('has a clock on the wall that jumps, and one that does not', () => {
    const world = new World();
    const before = world.wallClock;
    world.moveWallClock(-3_600_000_000);
    expect([world.now, world.wallClock - before]).toEqual([0, -3_600_000_000]);
  });
});

describe('Host', () => {
  const pass = (world: World, micros: number): Promise<void> => {
    const until = world.now + micros;
    world.after(micros, () => undefined);
    return world.run(() => world.now === until, until);
  };

  it('does what waited while it was stopped in its order, and what comes meanwhile after it', async () => {
    const world = new World();
    const host = new Host(world, 'a');
    const done: number[] = [];
    host.after(1, () => done.push(1));
    host.after(2, () => done.push(2));
    host.stop();
    await pass(world, 5);
    expect(done).toEqual([]);
    host.continue();
    host.run(() => done.push(3));
    await pass(world, 1);
    expect(done).toEqual([1, 2, 3]);
  });

  it('does nothing any more once it is gone', async () => {
    const world = new World();
    const host = new Host(world, 'a');
    const done: string[] = [];
    host.every(1, () => done.push('tick'));
    host.onEnd(() => done.push('end'));
    await pass(world, 3);
    host.end();
    host.continue();
    await pass(world, 5);
    expect(done).toEqual(['tick', 'tick', 'end']);
  });

  it('has a monotonic clock with an origin of its own', async () => {
    const world = new World();
    await pass(world, 5);
    const host = new Host(world, 'a', 1000);
    await pass(world, 5);
    expect(host.now()).toBe(1005);
  });
});

describe('Dice', () => {
  it('throws the same for a seed and a purpose, whatever other dice do', () => {
    const throws = (seed: number, purpose: number): number[] => {
      const dice = new Dice(seed, purpose);
      return Array.from({ length: 9 }, () => dice.integer(0, 1_000_000));
    };
    expect(throws(1, 1)).toEqual(throws(1, 1));
    expect(throws(1, 1)).not.toEqual(throws(1, 2));
    expect(throws(1, 1)).not.toEqual(throws(2, 1));
  });

  it('keeps magnitudes within their bounds, and reaches all octaves', () => {
    const dice = new Dice(3, 1);
    const values = Array.from({ length: 2000 }, () => dice.magnitude(10, 5000));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...values)).toBeLessThanOrEqual(5000);
    expect(values.filter((value) => value < 40).length).toBeGreaterThan(200);
    expect(values.filter((value) => value > 2560).length).toBeGreaterThan(100);
  });
});
