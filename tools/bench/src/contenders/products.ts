import { createBackend, type Backend } from '@lockstep/math';
import type { Contender, Opened } from '../benchmark-case.ts';
import { timed } from '../timing.ts';
import { fillUniform, fingerprint } from './test-data.ts';
import { loadTensorFlow } from './tfjs.ts';

/** A product of two matrices as they lie in memory, [rows, columns]; `transpose` says which is turned before. */
export interface Product {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  readonly transpose?: 'a' | 'b';
}

const outputOf = ({ a, b, transpose }: Product): { m: number; k: number; n: number } => ({
  m: transpose === 'a' ? a[1] : a[0],
  k: transpose === 'a' ? a[0] : a[1],
  n: transpose === 'b' ? b[0] : b[1],
});

const fillOperands = (a: Float32Array, b: Float32Array): void => {
  fillUniform(a, 1, 1);
  fillUniform(b, 1, 2);
};

function opened(product: Product, result: number, multiply: () => void): Opened {
  const { m, k, n } = outputOf(product);
  const milliseconds = timed(multiply);
  return { result, measure: async () => ({ value: (2 * m * k * n) / (milliseconds() * 1e6) }) };
}

type Multiply = (backend: Backend, out: Float32Array, a: Float32Array, b: Float32Array) => void;

function lockstepProduct(name: string, product: Product, multiply: Multiply): Contender {
  return {
    name,
    open: async () => {
      const { backend } = await createBackend('wasm');
      const { m, n } = outputOf(product);
      const out = backend.allocate(m * n);
      const a = backend.allocate(product.a[0] * product.a[1]);
      const b = backend.allocate(product.b[0] * product.b[1]);
      fillOperands(a, b);
      multiply(backend, out, a, b);
      return opened(product, fingerprint(out), () => multiply(backend, out, a, b));
    },
  };
}

/** `matmul`, or `matmulTransposed` where b is turned. */
export const lockstepMatmul = (name: string, product: Product): Contender => {
  const { m, k, n } = outputOf(product);
  return lockstepProduct(name, product, (backend, out, a, b) =>
    product.transpose === 'b'
      ? backend.matmulTransposed(out, a, b, m, k, n)
      : backend.matmul(out, a, b, m, k, n),
  );
};

/** `weightGradient`: a, turned, times b, summed up the tree over leaves of `leafRows`. */
export const lockstepWeightGradient = (name: string, product: Product, leafRows: number): Contender => {
  const { m, k, n } = outputOf(product);
  return lockstepProduct(name, product, (backend, out, a, b) =>
    backend.weightGradient(out, a, b, k, m, n, leafRows),
  );
};

/** The product in tf.js, as its optimizers ask for it. */
export const tfjsProduct = (name: string, product: Product): Contender => ({
  name,
  peer: 'tf.js',
  open: async () => {
    const tf = await loadTensorFlow();
    const flatA = new Float32Array(product.a[0] * product.a[1]);
    const flatB = new Float32Array(product.b[0] * product.b[1]);
    fillOperands(flatA, flatB);
    const a = tf.tensor(flatA, product.a);
    const b = tf.tensor(flatB, product.b);
    const multiply = () => tf.matMul(a, b, product.transpose === 'a', product.transpose === 'b');
    const result = fingerprint(multiply().dataSync());
    return opened(product, result, () => multiply().dispose());
  },
});
