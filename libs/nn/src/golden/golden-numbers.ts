import type { Backend } from '@lockstep/math';

/** The ends of float32, what is no number, and what is just inside. */
const EXTREMES = [
  ...[
    0x7f800000, 0xff800000, 0x7fc00000, 0x7f7fffff, 0xff7fffff, 0x00000001, 0x80000001, 0x007fffff,
    0x80800000,
  ],
  ...[0, 0x80000000, 0x3f800000, 0xbf800000, 0x3f7fffff, 0x40c90fdb, 0xc0c90fdb],
];

/** The float32 bits of a number of each kind, from a random word. All but some of `extreme` are finite. */
const BITS = {
  /** Any sign and mantissa, exponents near zero: roundings, cancellation. */
  ordinary: (word: number) => (word & 0x81ffffff) | (0x3e000000 + ((word << 1) & 0x01800000)),
  /** Few significant bits, and numbers half a unit in the last place apart: their sums and products are ties. */
  halfway: (word: number) =>
    (word & 0x80000000) |
    [
      0x3f800000 | ((word & 7) << 9),
      0x3f800000 | (word & 0x7fffff),
      0x33800000 + ((word & 3) << 23),
      0x33800000 | (word & 0x400000),
      0x3f800001,
      0x4b800000 | (word & 1),
    ][(word >>> 24) % 6]!,
  /** Subnormal numbers, the smallest normal ones, and those whose products are subnormal. */
  subnormal: (word: number) =>
    [
      word & 0x807fffff,
      (word & 0x80ffffff) | 0x00800000,
      (word & 0x83ffffff) | 0x1c000000,
      (word & 0x81ffffff) | 0x3e000000,
    ][(word >>> 24) % 4]!,
  /** Subnormal numbers and the smallest normal ones alone: sums that stay subnormal. */
  tiny: (word: number) => word & 0x80ffffff,
  /** Zeros of both signs among ones of both signs. */
  zeros: (word: number) => (word & 0x80000000) | (word & 0x01000000 ? 0x3f800000 : 0),
  /** Every exponent. */
  wide: (word: number) => ((word & 0x7f800000) === 0x7f800000 ? word & 0xbfffffff : word),
  /** Where exp and sigmoid bend: from 2^-7 to 128. */
  bending: (word: number) => (word & 0x80ffffff) | (0x3c000000 + ((word >>> 25) % 6) * 0x01000000),
  /** From -104 to -87, where a sigmoid is subnormal. */
  vanishing: (word: number) => 0xc2ae0000 + (word & 0x1fffff) + ((word >>> 30) & 1),
  /** Infinities, a NaN, the largest and the smallest numbers, zeros, ones. */
  extreme: (word: number) => EXTREMES[word >>> 28]!,
} as const satisfies Record<string, (word: number) => number>;

/** What kind of numbers a tensor of the golden workload holds. */
export type Kind = keyof typeof BITS;

/** The kinds among which `mixed` draws, each as often as the others. */
const MIXED = Object.values(BITS);
/** What sets apart the words that draw kinds from those that numbers are made of. */
const DRAW = 0x80000000;

/** The numbers of the golden workload, in the backend's memory; each tensor has its own. */
export class GoldenNumbers {
  readonly #backend: Backend;
  #count = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** A new tensor filled with numbers of that kind. */
  tensor(length: number, kind: Kind): Float32Array {
    return this.#fill(length, () => BITS[kind]);
  }

  /** A new tensor of numbers of every kind, in no order. */
  mixed(length: number): Float32Array {
    return this.#fill(length, (count) => MIXED[scrambled(count ^ DRAW) % MIXED.length]!);
  }

  #fill(length: number, kindOf: (count: number) => (word: number) => number): Float32Array {
    const tensor = this.#backend.allocate(length);
    const bits = new Int32Array(tensor.buffer, tensor.byteOffset, length);
    for (let i = 0; i < length; i++) {
      const count = this.#count++;
      bits[i] = kindOf(count)(scrambled(count));
    }
    return tensor;
  }
}

/** A word that looks random, one to one with `count`: the run's own generator is slower, and proved by the training. */
function scrambled(count: number): number {
  let word = Math.imul(count, 0x9e3779b1);
  word = Math.imul(word ^ (word >>> 15), 0x85ebca77);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae3d);
  return (word ^ (word >>> 16)) >>> 0;
}
