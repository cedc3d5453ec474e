import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumOf } from './checksum.ts';
import { numbersOf } from './testing/tensors.ts';

const tensors = fc.float32Array({ minLength: 1, maxLength: 40, noNaN: true });

describe('checksumOf', () => {
  it('gives 16 hex digits that depend on the bits alone, not on where they lie', () => {
    const tensor = numbersOf('wide', 37, 1);
    const larger = new Float32Array(60);
    larger.set(tensor, 11);
    const { checksum } = checksumOf(tensor);
    expect(checksum).toMatch(/^[0-9a-f]{16}$/);
    expect(checksumOf(larger.subarray(11, 48)).checksum).toBe(checksum);
  });

  it('stays what it is: it travels between versions', () => {
    expect(checksumOf(new Float32Array(0)).checksum).toBe('bd5c799d6ff8d2f0');
    expect(checksumOf(Float32Array.of(1, -0, 2 ** -149, 3.5, -7, Infinity)).checksum).toBe(
      '038228c96e59dc4a',
    );
  });

  it('sees every single flipped bit', () => {
    const tensor = numbersOf('ordinary', 11, 2);
    const words = new Uint32Array(tensor.buffer);
    const seen = new Set([checksumOf(tensor).checksum]);
    for (let bit = 0; bit < 11 * 32; bit++) {
      words[bit >> 5]! ^= 1 << (bit & 31);
      seen.add(checksumOf(tensor).checksum);
      words[bit >> 5]! ^= 1 << (bit & 31);
    }
    expect(seen.size).toBe(1 + 11 * 32);
  });

  it('sees any two flipped signs', () => {
    const tensor = numbersOf('ordinary', 24, 3);
    const seen = new Set([checksumOf(tensor).checksum]);
    for (let i = 0; i < 24; i++) {
      for (let j = i + 1; j < 24; j++) {
        const flipped = tensor.map((value, at) => (at === i || at === j ? -value : value));
        seen.add(checksumOf(flipped).checksum);
      }
    }
    expect(seen.size).toBe(1 + (24 * 23) / 2);
  });

  it('sees exchanged elements and trailing zeros', () => {
    fc.assert(
      fc.property(tensors, fc.nat(), fc.nat(), (tensor, first, second) => {
        const [i, j] = [first % tensor.length, second % tensor.length];
        const exchanged = tensor.slice();
        exchanged[i] = tensor[j]!;
        exchanged[j] = tensor[i]!;
        const isSame = checksumOf(exchanged).checksum === checksumOf(tensor).checksum;
        expect(isSame).toBe(Object.is(tensor[i], tensor[j]));
        const longer = new Float32Array(tensor.length + 1);
        longer.set(tensor);
        expect(checksumOf(longer).checksum).not.toBe(checksumOf(tensor).checksum);
      }),
      { seed: 1 },
    );
  });

  it('tells whether every element is finite', () => {
    for (let length = 1; length <= 9; length++) {
      const tensor = numbersOf('huge', length, 4);
      expect(checksumOf(tensor).isFinite).toBe(true);
      for (let i = 0; i < length; i++) {
        for (const value of [NaN, Infinity, -Infinity]) {
          expect(checksumOf(tensor.with(i, value)).isFinite).toBe(false);
        }
      }
    }
  });
});
