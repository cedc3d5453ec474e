import type { BenchmarkCase } from '../benchmark-case.ts';
import { lockstepMatmul, lockstepWeightGradient, tfjsProduct, type Product } from '../contenders/products.ts';

const matmul = (name: string, product: Product): BenchmarkCase => ({
  name: `matmul ${name}`,
  unit: 'GFLOP/s',
  contenders: [tfjsProduct('tf.js wasm', product), lockstepMatmul('wasm', product)],
  baseline: 'tf.js wasm',
});

/** dW = X^T @ A for `rows` rows of `inputs` and `outputs` units. */
const weightGradient = (rows: number, inputs: number, outputs: number): BenchmarkCase => {
  const product: Product = { a: [rows, inputs], b: [rows, outputs], transpose: 'a' };
  return {
    name: `weight gradient ${inputs}x${rows}x${outputs}`,
    unit: 'GFLOP/s',
    contenders: [
      tfjsProduct('tf.js wasm', product),
      lockstepWeightGradient('wasm, leaves of 8', product, 8),
      lockstepWeightGradient('wasm, one leaf', product, rows),
    ],
    baseline: 'tf.js wasm',
  };
};

/** The matrix products of the two networks, named m x k x n, and a square one. */
export const products: readonly BenchmarkCase[] = [
  matmul('512x512x512', { a: [512, 512], b: [512, 512] }),
  matmul('256x784x512', { a: [256, 784], b: [784, 512] }),
  matmul('64x784x128', { a: [64, 784], b: [784, 128] }),
  matmul('256x256x512, b transposed', { a: [256, 256], b: [512, 256], transpose: 'b' }),
  weightGradient(256, 784, 512),
  weightGradient(64, 784, 128),
];
