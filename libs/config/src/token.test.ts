import { describe, expect, it } from 'vitest';
import { CommandError, EXIT } from './command-error.ts';
import { checkedToken, whyNoToken } from './token.ts';

const LETTERS = 'a'.repeat(16);

describe('a token', () => {
  it.each([
    [15, 'has 15 characters'],
    [16, undefined],
    [128, undefined],
    [129, 'has 129 characters'],
  ])('of %d characters: %s', (length, why) => expect(whyNoToken('a'.repeat(length))).toBe(why));

  it.each([`${LETTERS}\r`, `\t${LETTERS} \n`, `\ufeff${LETTERS}\r\n`])(
    'is %j without the white space around it',
    (text) => expect(checkedToken('IT', text)).toBe(LETTERS),
  );

  it.each([undefined, '', ' \r\n'])('is none in %j', (text) =>
    expect(checkedToken('IT', text)).toBeUndefined(),
  );

  it.each([
    [`short${' '.repeat(20)}`, /^IT has 5 characters: use 16 to 128 letters/],
    [`${LETTERS} ${LETTERS}`, /^IT has a blank, a control character/],
    [`${LETTERS}\u0007${LETTERS}`, /^IT has a blank, a control character/],
    [`${LETTERS}\u007f`, /^IT has a blank, a control character/],
    [`${LETTERS}é`, /not ASCII: use/],
    [`${LETTERS}#`, /one of # % &/],
    [`${LETTERS}%41`, /one of # % &/],
    [`${LETTERS}&a`, /one of # % &/],
  ])('is refused as %j, which is not repeated', (text, words) => {
    let error: unknown;
    try {
      checkedToken('IT', text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CommandError);
    expect((error as CommandError).exitCode).toBe(EXIT.usage);
    expect((error as CommandError).message).toMatch(words);
    expect((error as CommandError).message).not.toContain('aaaa');
  });

  it('that is accepted reads the same in a link, escaped or not', () => {
    const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index));
    for (const letter of printable) {
      const token = `${LETTERS}${letter}b`;
      if (whyNoToken(token) !== undefined) continue;
      for (const written of [token, encodeURIComponent(token)]) {
        const { hash } = new URL(`http://h/#token=${written}`);
        expect(new URLSearchParams(hash.slice(1).replaceAll('+', '%2B')).get('token')).toBe(token);
      }
    }
  });
});
