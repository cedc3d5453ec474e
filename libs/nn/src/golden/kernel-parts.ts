import type { Backend } from '@lockstep/math';
import { GoldenNumbers, type Kind } from './golden-numbers.ts';
import type { GoldenPart, Keep } from './golden-part.ts';

/** Shapes [rows, k, n, leafRows] around tiles and vectors of every width, blocks of 256, leaves and short last leaves. */
const SHAPES = [
  [1, 1, 1, 1],
  [2, 2, 3, 1],
  [5, 3, 10, 2],
  [7, 300, 9, 3],
  [13, 7, 17, 4],
  [33, 29, 70, 8],
  [3, 521, 36, 1],
  [70, 13, 47, 16],
  [40, 110, 10, 7],
  [17, 10, 21, 64],
  [39, 9, 19, 1],
] as const;

/** Around the vectors of every width, each with a tail. */
const LENGTHS = [1, 2, 3, 7, 35, 143];

const KINDS: readonly Kind[] = ['ordinary', 'halfway', 'subnormal', 'zeros'];
const FACTORS = [1 / 3, 2 ** -100, -1];
const DIVISORS = [7, 2 ** 100, -3];
const RATES = [0.1, 2 ** -80, 1];

type Shape = (typeof SHAPES)[number];
type Fill = (length: number, kind?: Kind) => Float32Array;
type OnShape = (backend: Backend, keep: Keep, fill: Fill, shape: Shape) => void;
type OnLength = (backend: Backend, keep: Keep, fill: Fill, length: number) => void;

const overShapes = (name: string, run: OnShape, kinds: readonly Kind[] = KINDS): GoldenPart => ({
  name,
  run: (backend, keep) => {
    const numbers = new GoldenNumbers(backend);
    for (const kind of kinds) {
      for (const shape of SHAPES) {
        run(backend, keep, (length, other = kind) => numbers.tensor(length, other), shape);
      }
    }
  },
});

const overLengths = (name: string, run: OnLength, kinds: readonly Kind[] = KINDS): GoldenPart => ({
  name,
  run: (backend, keep) => {
    const numbers = new GoldenNumbers(backend);
    for (const kind of kinds) {
      for (const length of LENGTHS) {
        run(backend, keep, (count, other = kind) => numbers.tensor(count, other), length);
      }
    }
  },
});

/** Every kernel, on awkward shapes and numbers. What is kept is never overwritten before it is kept. */
export const KERNEL_PARTS: readonly GoldenPart[] = [
  overShapes('matmul', (backend, keep, fill, [m, k, n]) => {
    const out = fill(m * n);
    backend.matmul(out, fill(m * k), fill(k * n), m, k, n);
    keep(out);
  }),
  overShapes('matmulTransposed', (backend, keep, fill, [m, k, n]) => {
    const out = fill(m * n);
    backend.matmulTransposed(out, fill(m * k), fill(n * k), m, k, n);
    keep(out);
  }),
  overShapes('weightGradient', (backend, keep, fill, [rows, k, n, leafRows]) => {
    const out = fill(k * n);
    const [x, a] = [fill(rows * k), fill(rows * n)];
    backend.weightGradient(out, x, a, rows, k, n, leafRows);
    keep(out);
    const [first, last] = [Math.floor(k / 3), Math.ceil(k / 2)];
    out.fill(1);
    backend.weightGradient(out, x, a, rows, k, n, leafRows, first, last);
    keep(out);
  }),
  overShapes(
    'biasGradient',
    (backend, keep, fill, [rows, , n, leafRows]) => {
      const out = fill(n);
      backend.biasGradient(out, fill(rows * n), rows, n, leafRows);
      keep(out);
    },
    [...KINDS, 'tiny'],
  ),
  overShapes('squaredErrorSum', (backend, keep, fill, [rows, , n, leafRows]) => {
    keep(Float64Array.of(backend.squaredErrorSum(fill(rows * n), rows, n, leafRows)));
  }),
  overShapes('addBias', (backend, keep, fill, [rows, , n]) => {
    const y = fill(rows * n);
    backend.map('addBias', [y], [y, fill(n)]);
    keep(y);
  }),
  overShapes(
    'addBiasSigmoid',
    (backend, keep, fill, [rows, , n]) => {
      const z = fill(rows * n);
      backend.map('addBiasSigmoid', [z], [z, fill(n)]);
      keep(z);
      z.set(fill(rows * n, 'vanishing'));
      backend.map('addBiasSigmoid', [z], [z, fill(n, 'zeros')]);
      keep(z);
    },
    ['ordinary', 'halfway', 'bending'],
  ),
  overLengths(
    'sigmoid',
    (backend, keep, fill, length) => {
      const out = fill(length);
      backend.map('sigmoid', [out], [fill(length)]);
      keep(out);
    },
    [...KINDS, 'wide', 'bending', 'vanishing'],
  ),
  overLengths('sigmoidBackward', (backend, keep, fill, length) => {
    const out = fill(length);
    backend.map('sigmoidBackward', [out], [fill(length), fill(length)]);
    keep(out);
  }),
  overLengths('subtract', (backend, keep, fill, length) => {
    const out = fill(length);
    backend.map('subtract', [out], [fill(length), fill(length)]);
    keep(out);
  }),
  overLengths('add', (backend, keep, fill, length) => {
    const out = fill(length);
    backend.map('add', [out], [fill(length), fill(length)]);
    keep(out);
  }),
  overLengths('scale', (backend, keep, fill, length) => {
    for (const factor of FACTORS) {
      const out = fill(length);
      backend.map('scale', [out], [fill(length)], [factor]);
      keep(out);
    }
  }),
  overLengths('divide', (backend, keep, fill, length) => {
    for (const divisor of DIVISORS) {
      const out = fill(length);
      backend.map('divide', [out], [fill(length)], [divisor]);
      keep(out);
    }
  }),
  overLengths('axpy', (backend, keep, fill, length) => {
    for (const factor of FACTORS) {
      const y = fill(length);
      backend.map('axpy', [y], [y, fill(length)], [factor]);
      keep(y);
    }
  }),
  overLengths('sgd', (backend, keep, fill, length) => {
    const finite = DIVISORS.map((divisor, i) => {
      const out = fill(length);
      const isFinite = backend.map('sgd', [out], [fill(length), fill(length)], [divisor, RATES[i]!]);
      keep(out);
      return Number(isFinite);
    });
    keep(Float64Array.from(finite));
  }),
  overLengths('lookup', (backend, keep, fill, length) => {
    const out = fill(length);
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) & 255);
    backend.lookup(out, bytes, fill(256));
    keep(out);
  }),
  overLengths('isFinite', (backend, keep, fill, length) => {
    const x = fill(length);
    keep(Float64Array.of(Number(backend.isFinite(x))));
    for (const value of [Infinity, NaN]) {
      x[((length * 2) % 5) % length] = value;
      keep(Float64Array.of(Number(backend.isFinite(x))));
    }
  }),
  overLengths('checksum', (backend, keep, fill, length) => {
    const x = fill(length);
    for (const value of [1, -Infinity]) {
      x[length - 1] = value;
      const { checksum, isFinite } = backend.checksum(x);
      const halves = [0, 8].map((start) => Number.parseInt(checksum.slice(start, start + 8), 16));
      keep(Float64Array.of(...halves, Number(isFinite)));
    }
  }),
];
