import { beforeAll, expect, it } from 'vitest';
import type { Backend } from '../backend.ts';
import { checksumOf } from '../checksum.ts';
import { LENGTHS, numbersOf, placed, PLACES } from './tensors.ts';

/** Kernels that say something about a whole tensor: isFinite and checksum. */
export function describeWholeTensors(makeBackend: () => Promise<Backend>): void {
  let backend: Backend;
  beforeAll(async () => {
    backend = await makeBackend();
  });

  it('isFinite finds a single NaN or infinity wherever it is', () => {
    for (const length of LENGTHS) {
      const x = placed(backend, 'allocated', numbersOf('huge', length, 10));
      expect(backend.isFinite(x)).toBe(true);
      for (let i = 0; i < Math.min(length, 40); i++) {
        const kept = x[i]!;
        x[i] = [NaN, Infinity, -Infinity][i % 3]!;
        expect(backend.isFinite(x)).toBe(false);
        expect(backend.isFinite(x.slice())).toBe(false);
        x[i] = kept;
      }
    }
  });

  it('checksum is that of the reference, with the finite check', () => {
    for (const length of LENGTHS) {
      for (const place of PLACES) {
        const x = placed(backend, place, numbersOf('wide', length, 11));
        expect(backend.checksum(x)).toEqual(checksumOf(x));
        for (let i = 0; i < Math.min(length, 40); i++) {
          const kept = x[i]!;
          x[i] = [NaN, Infinity, -Infinity][i % 3]!;
          expect(backend.checksum(x)).toEqual({ ...checksumOf(x), isFinite: false });
          x[i] = kept;
        }
      }
    }
  });
}
