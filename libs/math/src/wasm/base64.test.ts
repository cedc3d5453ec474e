import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648, one group of three bytes at a time. */
function encode(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let j = 0; j < 4; j++) text += i + j > bytes.length ? '=' : ALPHABET[(group >> (18 - 6 * j)) & 63];
  }
  return text;
}

describe('decodeBase64', () => {
  it('gives the known answers of RFC 4648', () => {
    const known = { '': [], 'Zg==': [0x66], 'Zm8=': [0x66, 0x6f], Zm9v: [0x66, 0x6f, 0x6f] };
    for (const [text, bytes] of Object.entries(known)) expect([...decodeBase64(text)]).toEqual(bytes);
  });

  it('undoes the encoding of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        expect([...decodeBase64(encode(bytes))]).toEqual([...bytes]);
      }),
      { seed: 1 },
    );
  });
});
