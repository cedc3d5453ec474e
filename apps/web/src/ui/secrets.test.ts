import { describe, expect, it } from 'vitest';
import { secretsOf } from './secrets.ts';

describe('secretsOf', () => {
  it('finds the token in the fragment that the coordinator prints', () => {
    expect(secretsOf('#token=0123456789abcdef').token).toBe('0123456789abcdef');
    expect(secretsOf('#token=0123456789+bc/ef==').token).toBe('0123456789+bc/ef==');
    expect(secretsOf('#admin=0123456789abcdef').admin).toBe('0123456789abcdef');
  });

  it('finds it between other parts, and decodes it', () => {
    expect(secretsOf('#from=mail&token=a%2Bb&x=1').token).toBe('a+b');
  });

  it.each(['', '#', '#token=', '#top', '#tokens=abc'])('finds none in %j', (fragment) => {
    expect(secretsOf(fragment)).toEqual({ token: undefined, admin: undefined });
  });
});
