import { beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../backend.ts';
import { referenceBackend } from '../reference/reference-backend.ts';
import { firstDifference } from './same-bits.ts';
import { areSurroundingsIntact, emptyTensor, LENGTHS, mixed, placed, PLACES, SCALARS } from './tensors.ts';

type Apply = (backend: Backend, out: Float32Array, a: Float32Array, b: Float32Array) => void;

const withScalars = (apply: (backend: Backend, scalar: number) => Apply): readonly Apply[] =>
  SCALARS.map(
    (scalar): Apply =>
      (backend, out, a, b) =>
        apply(backend, scalar)(backend, out, a, b),
  );

/** Every kernel that writes out[i] from a[i] and b[i], with the inputs that `out` may be. */
const KERNELS: readonly { readonly kernel: string; readonly variants: readonly Apply[] }[] = [
  { kernel: 'sigmoid', variants: [(backend, out, a) => backend.sigmoid(out, a)] },
  { kernel: 'sigmoidBackward', variants: [(backend, out, a, b) => backend.sigmoidBackward(out, a, b)] },
  { kernel: 'subtract', variants: [(backend, out, a, b) => backend.subtract(out, a, b)] },
  { kernel: 'add', variants: [(backend, out, a, b) => backend.add(out, a, b)] },
  { kernel: 'scale', variants: withScalars((backend, s) => (_, out, a) => backend.scale(out, a, s)) },
  { kernel: 'divide', variants: withScalars((backend, s) => (_, out, a) => backend.divide(out, a, s)) },
  {
    kernel: 'axpy',
    variants: withScalars((backend, s) => (_, out, a, b) => {
      if (out !== a) out.set(a);
      backend.axpy(out, s, b);
    }),
  },
];

export function describeElementwise(makeBackend: () => Promise<Backend>): void {
  let backend: Backend;
  beforeAll(async () => {
    backend = await makeBackend();
  });

  describe.each(KERNELS)('$kernel', ({ variants }) => {
    it.each(PLACES)('gives the bits of the reference for every length, in %s tensors', (place) => {
      for (const length of LENGTHS) {
        const a = mixed(length, 1);
        const b = mixed(length, 2);
        const [aPlaced, bPlaced] = [placed(backend, place, a), placed(backend, place, b)];
        for (const apply of variants) {
          const expected = new Float32Array(length);
          apply(referenceBackend, expected, a, b);
          const out = emptyTensor(backend, place, length);
          apply(backend, out, aPlaced, bPlaced);
          expect(firstDifference(out, expected)).toBeUndefined();
          expect(place !== 'foreign-window' || areSurroundingsIntact(out)).toBe(true);
        }
      }
    });

    it.each(PLACES)('may write over its first input, in %s tensors', (place) => {
      for (const apply of variants) {
        const a = mixed(29, 3);
        const b = mixed(29, 4);
        const expected = new Float32Array(29);
        apply(referenceBackend, expected, a, b);
        const inPlace = placed(backend, place, a);
        apply(backend, inPlace, inPlace, placed(backend, place, b));
        expect(firstDifference(inPlace, expected)).toBeUndefined();
      }
    });
  });

  it.each(['add', 'subtract', 'sigmoidBackward'] as const)('%s may write over its second input', (kernel) => {
    for (const place of PLACES) {
      const a = mixed(29, 5);
      const b = mixed(29, 6);
      const expected = new Float32Array(29);
      referenceBackend[kernel](expected, a, b);
      const inPlace = placed(backend, place, b);
      backend[kernel](inPlace, placed(backend, place, a), inPlace);
      expect(firstDifference(inPlace, expected)).toBeUndefined();
    }
  });

  it.each([
    { range: 'the whole range of float32', from: 0, to: 2 ** 32, stride: 65213 },
    { range: 'the positive numbers where it bends', from: 0x3c000000, to: 0x42d40000, stride: 751 },
    { range: 'the negative numbers where it bends', from: 0xbc000000, to: 0xc2d40000, stride: 751 },
  ])('sigmoid gives the bits of the reference over $range', ({ from, to, stride }) => {
    const bits = Uint32Array.from({ length: Math.ceil((to - from) / stride) }, (_, i) => from + i * stride);
    const x = new Float32Array(bits.buffer);
    const expected = new Float32Array(x.length);
    referenceBackend.sigmoid(expected, x);
    const out = new Float32Array(x.length);
    backend.sigmoid(out, x);
    expect(firstDifference(out, expected)).toBeUndefined();
  });

  it.each(['addBias', 'addBiasSigmoid'] as const)(
    '%s gives the bits of the reference for every width',
    (kernel) => {
      for (const [i, n] of LENGTHS.entries()) {
        const place = PLACES[i % PLACES.length]!;
        const y = mixed(3 * n, 7);
        const bias = mixed(n, 8);
        const expected = y.slice();
        referenceBackend[kernel](expected, bias, 3, n);
        const out = placed(backend, place, y);
        backend[kernel](out, placed(backend, place, bias), 3, n);
        expect(firstDifference(out, expected)).toBeUndefined();
      }
    },
  );

  it('addBiasSigmoid gives the bits of addBias and then sigmoid', () => {
    const y = mixed(7 * 13, 12);
    const bias = mixed(13, 13);
    const apart = y.slice();
    backend.addBias(apart, bias, 7, 13);
    backend.sigmoid(apart, apart);
    backend.addBiasSigmoid(y, bias, 7, 13);
    expect(firstDifference(y, apart)).toBeUndefined();
  });

  it('lookup gives every byte its entry of the table', () => {
    const table = mixed(256, 9);
    const bytes = Uint8Array.from({ length: 519 }, (_, i) => (i * 7) & 255);
    for (const place of PLACES) {
      const out = emptyTensor(backend, place, bytes.length);
      backend.lookup(out, bytes, placed(backend, place, table));
      expect(
        firstDifference(
          out,
          Float32Array.from(bytes, (byte) => table[byte]!),
        ),
      ).toBeUndefined();
    }
  });
}
