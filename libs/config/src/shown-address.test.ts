import { describe, expect, it } from 'vitest';
import { shownAddress, withoutSecrets } from './shown-address.ts';

const SECRET = 'ab12'.repeat(8);

describe('shownAddress', () => {
  it.each([
    ['http://h:7070/', 'http://h:7070'],
    ['wss://h/lockstep/', 'wss://h/lockstep/'],
    [`https://u:${SECRET}@h/a?k=${SECRET}#token=${SECRET}`, 'https://h/a?...'],
  ])('shows %s as %s', (text, shown) => expect(shownAddress(new URL(text))).toBe(shown));
});

describe('withoutSecrets', () => {
  it.each([
    ['h:7070', 'h:7070'],
    ['ws://h/lockstep', 'ws://h/lockstep'],
    [`ws://u:${SECRET}@h/a`, 'ws://h/a'],
    [`ws://u:x/${SECRET}@h`, 'ws://h'],
    [`ws://u:x//${SECRET}@h`, 'ws://h'],
    [`u:x//${SECRET}@h`, 'h'],
    [`ws://u:${SECRET}@${SECRET}@h`, 'ws://h'],
    [`ws://u:${SECRET}#${SECRET}@h`, 'ws://...'],
    [`ws://u:${SECRET}?@h`, 'ws://...'],
    [`http:\\\\u:${SECRET}\\@h`, 'h'],
    [`h:1/#token=${SECRET}`, 'h:1/'],
    [`h:1/?k=${SECRET}\n${SECRET}`, 'h:1/'],
    [`h:1/#token=x@${SECRET}`, '...'],
    [`://u:x\n${SECRET}@h`, '://h'],
    ['', ''],
  ])('shows %j as %j', (text, shown) => expect(withoutSecrets(text)).toBe(shown));

  it('shows no more than people read', () => expect(withoutSecrets('a'.repeat(999))).toHaveLength(200));
});
