import { describe, expect, it } from 'vitest';
import { seatedName, takeSeat } from './seat.ts';

/** The locks of a browser, and how its tabs give them back. */
function browser() {
  const held = new Set<string>();
  const request = (
    name: string,
    _options: LockOptions,
    callback: (lock: Lock | null) => unknown,
  ): Promise<void> => {
    const isFree = !held.has(name);
    if (isFree) held.add(name);
    callback(isFree ? { name, mode: 'exclusive' } : null);
    return Promise.resolve();
  };
  return {
    locks: { request } as unknown as LockManager,
    leave: (seat: number) => held.delete(`lockstep-seat-${seat}`),
  };
}

describe('the tabs of one browser', () => {
  it('have numbers of their own, the least that are free', async () => {
    const { locks, leave } = browser();
    expect([await takeSeat(locks), await takeSeat(locks), await takeSeat(locks)]).toEqual([1, 2, 3]);
    leave(2);
    expect([await takeSeat(locks), await takeSeat(locks)]).toEqual([2, 4]);
  });

  it('are told apart by their names', () => {
    expect([1, 2].map((seat) => seatedName('calm-otter-12ab', seat))).toEqual([
      'calm-otter-12ab',
      'calm-otter-12ab (2)',
    ]);
  });

  it('are left to the coordinator where there are no locks, or none are given', async () => {
    expect(await takeSeat(undefined)).toBe(1);
    const request = (): Promise<never> => Promise.reject(new DOMException('no', 'SecurityError'));
    expect(await takeSeat({ request })).toBe(1);
  });
});
