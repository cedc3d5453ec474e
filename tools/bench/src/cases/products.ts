import type { BenchmarkCase, Requirement } from '../benchmark-case.ts';
import { openBlasProduct } from '../contenders/openblas.ts';
import type { Product } from '../contenders/product.ts';
import { lockstepMatmul, lockstepWeightGradient, tfjsProduct } from '../contenders/products.ts';
import { small } from './networks.ts';

const speed = (contender: string, against: string, atLeast: number): Requirement => ({
  kind: 'speed',
  contender,
  against,
  atLeast,
});

const OPENBLAS = 'OpenBLAS';

/** The square product that libraries are compared on, by everyone. */
const square: Product = { a: [512, 512], b: [512, 512] };
const squareCase: BenchmarkCase = {
  name: 'matmul 512x512x512',
  unit: 'GFLOP/s',
  contenders: [
    openBlasProduct(OPENBLAS, square),
    openBlasProduct('OpenBLAS, AVX2', square, { core: 'Haswell' }),
    lockstepMatmul('native', 'native', square),
    lockstepMatmul('native, 128-bit', 'native, 128-bit', square),
    lockstepMatmul('wasm', 'wasm', square),
    tfjsProduct('tf.js wasm', square),
  ],
  baseline: OPENBLAS,
  requirements: [
    speed('native', OPENBLAS, 0.9),
    speed('wasm', 'native, 128-bit', 0.92),
    speed('wasm', 'OpenBLAS, AVX2', 0.33),
  ],
};

const matmul = (name: string, product: Product, atLeast: number): BenchmarkCase => ({
  name: `matmul ${name}`,
  unit: 'GFLOP/s',
  contenders: [
    openBlasProduct(OPENBLAS, product),
    lockstepMatmul('native', 'native', product),
    lockstepMatmul('wasm', 'wasm', product),
  ],
  baseline: OPENBLAS,
  requirements: [speed('native', OPENBLAS, atLeast)],
});

/** dW = X^T @ A for `rows` rows of `inputs` and `outputs` units. */
const weightGradient = (
  [inputs, rows, outputs]: readonly [number, number, number],
  atLeast: number,
): BenchmarkCase => {
  const product: Product = { a: [rows, inputs], b: [rows, outputs], transpose: 'a' };
  const native = `native, leaves of ${small.leafRows}`;
  return {
    name: `weight gradient ${inputs}x${rows}x${outputs}`,
    unit: 'GFLOP/s',
    contenders: [
      openBlasProduct(OPENBLAS, product),
      lockstepWeightGradient('native, one leaf', 'native', product, rows),
      lockstepWeightGradient(native, 'native', product, small.leafRows),
      lockstepWeightGradient(`wasm, leaves of ${small.leafRows}`, 'wasm', product, small.leafRows),
    ],
    baseline: OPENBLAS,
    requirements: [speed('native, one leaf', OPENBLAS, atLeast)],
  };
};

/** What the fixed tree costs: short leaves against a plain sum over all rows. */
const leaves = (kernels: 'native' | 'wasm'): BenchmarkCase => {
  const rows = 256;
  const product: Product = { a: [rows, 784], b: [rows, 512], transpose: 'a' };
  return {
    name: `leaves of weight gradient 784x256x512, ${kernels}`,
    unit: 'GFLOP/s',
    contenders: [
      lockstepWeightGradient('one leaf', kernels, product, rows),
      lockstepWeightGradient('leaves of 16', kernels, product, 16),
      lockstepWeightGradient('leaves of 8', kernels, product, 8),
    ],
    baseline: 'one leaf',
    requirements: [speed('leaves of 16', 'one leaf', 0.9), speed('leaves of 8', 'one leaf', 0.8)],
  };
};

/** Products of one thread, named m x k x n: a square one, those of the first layer, and those of ten outputs. */
export const products: readonly BenchmarkCase[] = [
  squareCase,
  matmul('128x784x512', { a: [128, 784], b: [784, 512] }, 0.75),
  matmul('128x512x784, b transposed', { a: [128, 512], b: [784, 512], transpose: 'b' }, 0.75),
  weightGradient([784, 128, 512], 0.75),
  matmul('256x256x10', { a: [256, 256], b: [256, 10] }, 0.5),
  weightGradient([256, 256, 10], 0.5),
  leaves('native'),
  leaves('wasm'),
];
