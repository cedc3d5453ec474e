import { createBackend, referenceBackend } from '@lockstep/math';
import { withOperation } from '@lockstep/math/testing';
import { describe, expect, it } from 'vitest';
import { errorInUlp, type FunctionName, merge, scan, ulpAt } from './scan.ts';
import { TRUTHS } from './truth.ts';

const everything = { from: 0, to: 2 ** 32, stride: 40961 };

describe('scan', () => {
  it.each(Object.keys(TRUTHS) as FunctionName[])(
    'finds %s within the 2 ulp of the contract over a sample of all float32 numbers, on wasm too',
    async (name) => {
      const { backend } = await createBackend('wasm', { heapBytes: 2 ** 20 });
      const { worstUlp, differingBits, checked } = scan(name, everything, backend);
      expect(worstUlp).toBeGreaterThan(0.49);
      expect(worstUlp).toBeLessThan(name === 'sigmoid' ? 2 : 1);
      expect(differingBits).toBe(0);
      expect(checked).toBe(Math.ceil(2 ** 32 / 40961));
    },
  );

  it('counts the arguments for which a backend has other bits', () => {
    const wrong = withOperation(referenceBackend, 'sigmoid', (...given) => {
      const answer = referenceBackend.map(...given);
      given[1][0]![3] = 7;
      return answer;
    });
    expect(scan('sigmoid', { from: 0, to: 9000, stride: 1 }, wrong).differingBits).toBe(3);
  });

  it('gives the same findings for a range and for its parts', () => {
    const range = (from: number, to: number) => scan('exp', { from, to, stride: 1 }, referenceBackend);
    const start = 0x3f000000;
    expect(merge([range(start, start + 5000), range(start + 5000, start + 20000)])).toEqual(
      range(start, start + 20000),
    );
  });
});

describe('errorInUlp', () => {
  it('measures in the spacing at the true value', () => {
    expect(ulpAt(1)).toBe(2 ** -23);
    expect(ulpAt(0.75)).toBe(2 ** -24);
    expect(ulpAt(2 ** -140)).toBe(2 ** -149);
    expect(ulpAt(0)).toBe(2 ** -149);
    expect(errorInUlp(1 + 2 ** -23, 1)).toBe(1);
  });

  it('owes a NaN to a NaN and infinity to what overflows', () => {
    expect(errorInUlp(NaN, NaN)).toBe(0);
    expect(errorInUlp(1, NaN)).toBe(Infinity);
    expect(errorInUlp(Infinity, 1e39)).toBe(0);
    expect(errorInUlp(Infinity, 1)).toBe(Infinity);
  });
});
