import { describe, expect, it } from 'vitest';
import { tokenOf } from './token.ts';

describe('tokenOf', () => {
  it('finds the token in the fragment that the coordinator prints', () => {
    expect(tokenOf('#token=0123456789abcdef')).toBe('0123456789abcdef');
  });

  it('finds it between other parts, and decodes it', () => {
    expect(tokenOf('#from=mail&token=a%2Bb&x=1')).toBe('a+b');
  });

  it.each(['', '#', '#token=', '#top', '#tokens=abc'])('finds none in %j', (fragment) => {
    expect(tokenOf(fragment)).toBeUndefined();
  });
});
