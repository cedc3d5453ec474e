import { describe, expect, it } from 'vitest';
import { Philox } from './philox.ts';

const ONES = 0xffffffff;

describe('Philox', () => {
  // The known-answer vectors of Random123 (kat_vectors, philox4x32 with 10 rounds).
  it.each([
    {
      key: [0, 0],
      counter: [0, 0, 0, 0],
      words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      key: [ONES, ONES],
      counter: [ONES, ONES, ONES, ONES],
      words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      key: [0xa4093822, 0x299f31d0],
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ])('gives the known answer for key $key', ({ key, counter, words }) => {
    const philox = new Philox(key[0]!, key[1]!);
    expect([...philox.generate(counter[0]!, counter[1]!, counter[2]!, counter[3]!)]).toEqual(words);
  });

  it('gives a block that depends on its counter alone, not on the blocks before', () => {
    const philox = new Philox(7, 3);
    const first = [...philox.generate(5, 0, 0, 1)];
    philox.generate(6, 0, 0, 1);
    expect([...philox.generate(5, 0, 0, 1)]).toEqual(first);
  });

  it('gives unrelated blocks to another seed, stream or counter word', () => {
    const blocks = [
      new Philox(1, 0).generate(0, 0, 0, 0),
      new Philox(2, 0).generate(0, 0, 0, 0),
      new Philox(1, 1).generate(0, 0, 0, 0),
      new Philox(1, 0).generate(1, 0, 0, 0),
      new Philox(1, 0).generate(0, 1, 0, 0),
      new Philox(1, 0).generate(0, 0, 1, 0),
      new Philox(1, 0).generate(0, 0, 0, 1),
    ].map((block) => block.join());
    expect(new Set(blocks).size).toBe(blocks.length);
  });
});
