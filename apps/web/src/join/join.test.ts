import { describe, expect, it } from 'vitest';
import { cleanedName, loadIdentity, nameOf } from './identity.ts';
import { Memory } from './memory.ts';
import { restReasonOf } from './politeness.ts';
import { noteStart } from './recent-starts.ts';
import { afterKey, inRange, percentAt } from './ring.ts';
import { describeSameBits, ordinal } from './view.ts';

/** A browser's store, in memory. */
function memory(): Memory {
  const values = new Map<string, string>();
  return new Memory({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  });
}

describe('who a volunteer is', () => {
  const fill = (byte: number) => (bytes: Uint8Array) => void bytes.fill(byte);

  it('stays the same when the page is loaded again', () => {
    const store = memory();
    const first = loadIdentity(store, fill(0x5a));
    expect(first).toEqual({ key: '5a'.repeat(16), name: 'quiet-gecko-5a5a' });
    expect(loadIdentity(store, fill(0x17))).toEqual(first);
    store.set('name', '  Pixel 8 ');
    expect(loadIdentity(store, fill(0x17)).name).toBe('Pixel 8');
  });

  it('is made anew where the browser keeps nothing, or something else', () => {
    const broken = new Memory(undefined);
    expect(loadIdentity(broken, fill(1)).key).toBe('01'.repeat(16));
    const store = memory();
    store.set('key', 'no key');
    expect(loadIdentity(store, fill(2)).key).toBe('02'.repeat(16));
  });

  it('has a name whatever the key, and none of blanks', () => {
    expect(nameOf('f'.repeat(32))).toBe('wise-wren-ffff');
    expect(cleanedName('   ')).toBeUndefined();
    expect(cleanedName('n'.repeat(100))).toHaveLength(64);
  });
});

describe('starts of a tab', () => {
  it('count against it when there are many within a minute', () => {
    const store = memory();
    const starts = [0, 100, 200, 300, 400, 61_000, 200_000].map((ms) => noteStart(store, 1e12 + ms));
    expect(starts).toEqual([0, 0, 0, 1, 2, 0, 0]);
  });
});

describe('the ring', () => {
  it('reads where somebody points, clockwise from the top, in steps', () => {
    expect([percentAt(10, 0), percentAt(0, 10), percentAt(-10, 0), percentAt(-1, -10)]).toEqual([
      25, 50, 75, 100,
    ]);
    expect([inRange(3), inRange(47), inRange(400), percentAt(1, -10)]).toEqual([10, 45, 100, 10]);
  });

  it('is moved by keys, and leaves others to the page', () => {
    const keys = ['ArrowUp', 'ArrowLeft', 'PageDown', 'Home', 'End', 'Tab'];
    expect(keys.map((key) => afterKey(50, key))).toEqual([55, 45, 30, 10, 100, undefined]);
    expect(afterKey(100, 'ArrowRight')).toBe(100);
  });
});

describe('politeness', () => {
  it('rests for a low battery and for data saver, and not while it charges', () => {
    expect(restReasonOf({ charging: false, level: 0.2 }, false)).toBe('battery');
    expect(restReasonOf({ charging: true, level: 0.1 }, true)).toBe('data-saver');
    expect([restReasonOf({ charging: false, level: 0.3 }, false), restReasonOf(undefined, false)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

it('ranks are written as people say them', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal).join(' ')).toBe(
    '1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th',
  );
});

describe('what a volunteer is told of the weights', () => {
  it('is that one process would have made them, but for a run in which bits disagreed', () => {
    expect(describeSameBits(null)).toBe('One process alone would have made the same, bit for bit.');
    expect(describeSameBits(1200)).toMatch(/of step 1,200 gave different bits: .* is not certain\.$/);
  });
});
