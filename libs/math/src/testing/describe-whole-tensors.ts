import { beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../backend.ts';
import { checksumOf } from '../checksum.ts';
import { firstDifference } from './same-bits.ts';
import {
  areSurroundingsIntact,
  emptyTensor,
  LENGTHS,
  mixed,
  numbersOf,
  placed,
  PLACES,
  SCALARS,
} from './tensors.ts';

const fround = Math.fround;

/** w - lr * (sum / divisor) written plainly; the order of the scalars' pairs covers each of them in both places. */
function plainSgd(weights: Float32Array, sum: Float32Array, divisor: number, rate: number): Float32Array {
  return weights.map((weight, i) => {
    const gradient = fround(sum[i]! / fround(divisor));
    const change = fround(fround(rate) * gradient);
    return fround(weight - change);
  });
}

const PAIRS = SCALARS.flatMap((divisor, i) => [
  [divisor, SCALARS[(i + 3) % SCALARS.length]!] as const,
  [divisor, 0.05] as const,
  [7, divisor] as const,
]);

/** Kernels that say something about a whole tensor: sgd, isFinite and checksum. */
export function describeWholeTensors(makeBackend: () => Promise<Backend>): void {
  let backend: Backend;
  beforeAll(async () => {
    backend = await makeBackend();
  });

  describe('sgd', () => {
    it.each(PLACES)('is one division, product and difference an element, in %s tensors', (place) => {
      for (const length of LENGTHS) {
        const [weights, sum] = [mixed(length, 1), mixed(length, 2)];
        const [weightsPlaced, sumPlaced] = [placed(backend, place, weights), placed(backend, place, sum)];
        const out = emptyTensor(backend, place, length);
        for (const [divisor, rate] of PAIRS) {
          const expected = plainSgd(weights, sum, divisor, rate);
          const isFinite = backend.sgd(out, weightsPlaced, sumPlaced, divisor, rate);
          expect(firstDifference(out, expected)).toBeUndefined();
          expect(isFinite).toBe(expected.every(Number.isFinite));
          expect(place !== 'foreign-window' || areSurroundingsIntact(out)).toBe(true);
        }
        expect(firstDifference(weightsPlaced, weights)).toBeUndefined();
        expect(firstDifference(sumPlaced, sum)).toBeUndefined();
      }
    });

    it('gives the bits of divide and then axpy with the negative rate', () => {
      const [weights, sum] = [mixed(61, 3), mixed(61, 4)];
      const out = weights.slice();
      backend.sgd(out, out, sum, 31, 0.3);
      const mean = sum.slice();
      backend.divide(mean, sum, 31);
      backend.axpy(weights, -0.3, mean);
      expect(firstDifference(out, weights)).toBeUndefined();
    });

    it.each(PLACES)('may write over the weights, in %s tensors', (place) => {
      const [weights, sum] = [mixed(29, 5), mixed(29, 6)];
      const inPlace = placed(backend, place, weights);
      backend.sgd(inPlace, inPlace, placed(backend, place, sum), 3, 0.1);
      expect(firstDifference(inPlace, plainSgd(weights, sum, 3, 0.1))).toBeUndefined();
    });

    it('notices a single weight that is not finite or overflows, wherever it is', () => {
      for (const length of LENGTHS) {
        const weights = placed(backend, 'allocated', numbersOf('ordinary', length, 7));
        const sum = placed(backend, 'allocated', numbersOf('ordinary', length, 8));
        const out = backend.allocate(length);
        expect(backend.sgd(out, weights, sum, 3, 0.1)).toBe(true);
        for (let i = 0; i < Math.min(length, 40); i++) {
          const kept = weights[i]!;
          weights[i] = [NaN, Infinity, -Infinity][i % 3]!;
          expect(backend.sgd(out, weights, sum, 3, 0.1)).toBe(false);
          weights[i] = kept;
          const keptSum = sum[i]!;
          sum[i] = [NaN, Infinity, -3.4e38][i % 3]!;
          expect(backend.sgd(out, weights, sum, 1, 2)).toBe(false);
          sum[i] = keptSum;
        }
      }
    });
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
