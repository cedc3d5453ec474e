import { checksumOf, exp, Philox, sigmoid } from '@lockstep/math';
import { MNIST_STANDARDISATION, standardisationTable, STREAMS } from '@lockstep/data';
import { initialWeights, perceptronModel } from '@lockstep/nn';
import { float32Hex, tensorHex, wordHex } from './bits.ts';

const fround = Math.fround;

/** Zeros, ordinary numbers, both ends of what is finite, and beyond; NaN has no bits of its own. */
const ARGUMENTS = [
  ...[0, -0, 2 ** -149, -(2 ** -149), 2 ** -30, 0.1, -0.1, 0.34657, 0.34658, 0.5, -0.5, 1, -1, 2, -2, 3.75],
  ...[-3.75, 10, -10, 16.5, -16.5, 17, -17, 50, -50, 87.25, -87.25, 88.5, 88.722, 88.723, -88, -95.5, -103.5],
  ...[-103.9, -104, 89, 1000, -1000, Infinity, -Infinity],
].map(fround);

/** Where a sigmoid whose sum and quotient are rounded to float32 has other bits than the contract's. */
function whereFloat32Differs(count: number): number[] {
  const differing: number[] = [];
  for (let x = -20; differing.length < count; x += 0.37) {
    const argument = fround(x);
    const e = exp(-Math.abs(argument));
    const inFloat32 = fround((argument >= 0 ? 1 : e) / fround(1 + e));
    if (inFloat32 !== sigmoid(argument)) differing.push(argument);
  }
  return differing;
}

const table = (f: (x: number) => number, arguments_: readonly number[]): [string, string][] =>
  arguments_.map((x) => [float32Hex(x), float32Hex(f(x))]);

const floatsOf = (words: readonly number[]): Float32Array => new Float32Array(Uint32Array.from(words).buffer);

/** `length` words that look random, exponents never all ones. */
export function someWords(length: number): number[] {
  const philox = new Philox(20, 26);
  return Array.from({ length }, (_, i) => (philox.generate(i, 0, 0, 0)[0]! & 0xbfffffff) >>> 0);
}

const checksum = (words: readonly number[]): unknown => ({
  words: words.map(wordHex),
  ...checksumOf(floatsOf(words)),
});

const block = (seed: number, stream: number, counter: [number, number, number, number]): unknown => ({
  key: [seed, stream],
  counter,
  words: Array.from(new Philox(seed, stream).generate(...counter), wordHex),
});

function startingWeights(sizes: readonly number[], seed: number): unknown {
  const model = perceptronModel({ sizes });
  const parameterCount = sizes.slice(1).reduce((sum, units, at) => sum + (sizes[at]! + 1) * units, 0);
  const out = new Float32Array(parameterCount);
  initialWeights(model, seed, out);
  return { sizes, seed, weights: tensorHex(out) };
}

const standardised = (mean: number, deviation: number): unknown => ({
  mean,
  deviation,
  table: tensorHex(standardisationTable({ mean, deviation })),
});

const MAX_WORD = 2 ** 32 - 1;

/** Vectors of everything that is a function of a few numbers. */
export const functionVectors = (): Readonly<Record<string, unknown>> => ({
  exp: table(exp, ARGUMENTS),
  sigmoid: table(sigmoid, [...ARGUMENTS, ...whereFloat32Differs(12)]),
  standardisation: [
    standardised(MNIST_STANDARDISATION.mean, MNIST_STANDARDISATION.deviation),
    standardised(0.28604, 1 / 3),
  ],
  checksum: [
    checksum([0x3f800000]),
    checksum([0x80000000, 0, 1]),
    checksum([0x7f800000, 0x3f800000]),
    checksum(someWords(64)),
    checksum(someWords(131)),
  ],
  philox: [
    block(0, 0, [0, 0, 0, 0]),
    block(MAX_WORD, MAX_WORD, [MAX_WORD, MAX_WORD, MAX_WORD, MAX_WORD]),
    block(1, STREAMS.initialWeights, [0, 1, 127, 2]),
  ],
  initialWeights: [startingWeights([5, 3, 2], 1), startingWeights([2, 6, 1], MAX_WORD)],
});
