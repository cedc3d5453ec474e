import { createBackend, referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { errorInUlp, merge, scan, ulpAt } from './scan.ts';

const everything = { from: 0, to: 2 ** 32, stride: 40961 };

describe('scan', () => {
  it('finds exp within 1 ulp and sigmoid within 2 over a sample of all float32 numbers', async () => {
    const { backend } = await createBackend('wasm', { heapBytes: 2 ** 20 });
    const exp = scan('exp', everything, backend);
    const sigmoid = scan('sigmoid', everything, backend);
    expect(exp.worstUlp).toBeGreaterThan(0.49);
    expect(exp.worstUlp).toBeLessThan(1);
    expect(sigmoid.worstUlp).toBeLessThan(2);
    expect(sigmoid.differingBits).toBe(0);
    expect(sigmoid.checked).toBe(Math.ceil(2 ** 32 / 40961));
  });

  it('counts the arguments for which a backend has other bits', () => {
    const wrong = {
      ...referenceBackend,
      sigmoid: (out: Float32Array, y: Float32Array) => {
        referenceBackend.sigmoid(out, y);
        out[3] = 7;
      },
    };
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
