import type { Backend } from '../backend.ts';
import { Philox } from '../philox.ts';

/** What a test's numbers are like; each kind provokes mistakes that the others hide. */
export const KINDS = [
  'ordinary',
  'wide',
  'subnormal',
  'signed-zero',
  'halfway',
  'huge',
  'non-finite',
] as const;
export type Kind = (typeof KINDS)[number];

const SIGNED_ZEROS = [0, -0, 0, -0, 1, -1, 2 ** -149, -(2 ** -149)];
/** Sums and products of these fall exactly between two float32 values. */
const HALVES = [
  1,
  -1,
  1 + 2 ** -23,
  2 ** -24,
  -(2 ** -24),
  3 * 2 ** -24,
  2 ** 24,
  1 - 2 ** -24,
  1 + 2 ** -12,
];
const HUGE = [3.4028234663852886e38, -3.4028234663852886e38, 2 ** 127, -(2 ** 126), 1, -1e30, 2 ** 64];
const NON_FINITE = [Infinity, -Infinity, NaN, 1, -2.5, 0, -0, 3e38, 7, -0.1, 0.3, 11];

/** A number of that kind from two random words. */
function draw(kind: Kind, first: number, second: number): number {
  const unit = (first >>> 8) * 2 ** -23 - 1;
  const pick = (values: readonly number[]): number => values[second % values.length]!;
  switch (kind) {
    case 'ordinary':
      return unit;
    case 'wide':
      return unit * 2 ** ((second % 80) - 40);
    case 'subnormal':
      return second % 4 === 0 ? unit * 2 ** -127 : unit * 2 ** ((second % 30) - 85);
    case 'signed-zero':
      return pick(SIGNED_ZEROS);
    case 'halfway':
      return pick(HALVES);
    case 'huge':
      return pick(HUGE);
    case 'non-finite':
      return first % 16 === 0 ? pick(NON_FINITE) : unit;
    default:
      return kind satisfies never;
  }
}

/** `length` numbers of a kind, the same for the same seed. */
export function numbersOf(kind: Kind, length: number, seed: number): Float32Array {
  const philox = new Philox(seed, KINDS.indexOf(kind));
  const numbers = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const words = philox.generate(i, 0, 0, 0);
    numbers[i] = draw(kind, words[0]!, words[1]!);
  }
  return numbers;
}

/** Numbers of every kind, one after the other. */
export function mixed(length: number, seed: number): Float32Array {
  const kinds = KINDS.map((kind) => numbersOf(kind, length, seed));
  return Float32Array.from({ length }, (_, i) => kinds[(i * 5 + seed) % kinds.length]![i]!);
}

/** Lengths around those of vectors and of the loops that are unrolled. */
export const LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 63, 64, 65, 257, 1021];
/** Scalars that round, overflow, underflow, vanish or divide by zero. */
export const SCALARS = [0.1, -1, 1e-30, 3e38, 2 ** -149, 0, -0, Infinity, NaN, 1 / 3];

/** Where a test's tensors lie: in the backend's memory, in JavaScript's, or in the middle of something larger. */
export const PLACES = ['allocated', 'foreign', 'foreign-window'] as const;
export type Place = (typeof PLACES)[number];

/** An empty tensor in that place, filled with a number that no kernel may leave there. */
export function emptyTensor(backend: Backend, place: Place, length: number): Float32Array {
  return placed(backend, place, new Float32Array(length).fill(123.5));
}

/** A copy of `values` in that place. */
export function placed(backend: Backend, place: Place, values: Float32Array): Float32Array {
  if (place === 'foreign') return values.slice();
  if (place === 'allocated') {
    const tensor = backend.allocate(values.length);
    tensor.set(values);
    return tensor;
  }
  const surroundings = new Float32Array(values.length + 8).fill(SENTINEL);
  surroundings.set(values, 5);
  return surroundings.subarray(5, 5 + values.length);
}

const SENTINEL = 77.25;

/** Whether what surrounds a tensor of the place 'foreign-window' was left alone. */
export function areSurroundingsIntact(tensor: Float32Array): boolean {
  const all = new Float32Array(tensor.buffer);
  return all.every((value, i) => (i >= 5 && i < 5 + tensor.length) || value === SENTINEL);
}
