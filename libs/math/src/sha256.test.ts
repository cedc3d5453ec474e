import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { sha256Hex, weightsSha256 } from './sha256.ts';

describe('sha256Hex', () => {
  it('gives the known answers of FIPS 180', () => {
    expect(sha256Hex(new Uint8Array(0))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(sha256Hex(Uint8Array.of(0x61, 0x62, 0x63))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('gives the same with and without the built-in module of Node', async () => {
    const getBuiltinModule = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    vi.resetModules();
    const portable = await import('./sha256.ts');
    expect(getBuiltinModule).toHaveBeenCalledWith('node:crypto');
    getBuiltinModule.mockRestore();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(sha256Hex(bytes)).toBe(portable.sha256Hex(bytes));
      }),
    );
  });
});

describe('weightsSha256', () => {
  it('hashes exactly the little-endian bytes of the window, wherever it lies', () => {
    const larger = Float32Array.of(9, 1, -2, 9);
    const bytes = Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0);
    expect(weightsSha256(larger.subarray(1, 3))).toBe(sha256Hex(bytes));
  });
});
