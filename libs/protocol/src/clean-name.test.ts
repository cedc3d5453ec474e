import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName, MAX_NAME_LENGTH } from './index.ts';

describe('cleanName', () => {
  it.each([
    ['plain', 'ada-laptop', 'ada-laptop'],
    ['other scripts', 'Zürich 計算機 🧮', 'Zürich 計算機 🧮'],
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['a window title', '\u001b]0;owned\u0007box', 'box'],
    ['8-bit sequences', '\u009b2Jbox', 'box'],
    ['line breaks and tabs', ' a\r\nb\t\tc ', 'a b c'],
    ['nul, bell and backspace', 'a\u0000\u0007\u0008b', 'ab'],
    ['text turned around', 'abc\u202egnp.exe', 'abcgnp.exe'],
    ['invisible characters', 'a\u200b\u2060\u00adb', 'ab'],
    ['a lone surrogate', 'a\ud800b', 'ab'],
    ['nothing that prints', '\u001b[2J\u0000', ''],
  ])('makes %s safe to print', (_, name, clean) => {
    expect(cleanName(name)).toBe(clean);
  });

  it('cuts at 64 characters without splitting one', () => {
    expect(cleanName('🧮'.repeat(100))).toBe('🧮'.repeat(64));
  });

  it('leaves no control character whatever it is given, and changes nothing the second time', () => {
    const character = fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }).map((codePoint) => String.fromCodePoint(codePoint)),
      fc.constantFrom('\u001b', '\u009b', '[', ']', '3', ';', 'm', '\u0007', ' ', '\ud800', '\u200d'),
    );
    const nasty = fc.array(character, { maxLength: 100 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(nasty, (name) => {
        const clean = cleanName(name);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect([...clean].length).toBeLessThanOrEqual(MAX_NAME_LENGTH);
        expect(cleanName(clean)).toBe(clean);
      }),
    );
  });
});
