import type { Backend } from '@lockstep/math';
import type { Contender } from '../benchmark-case.ts';
import { openBackend, type Kernels } from './kernels.ts';
import { openedProduct, outputOf, type Product } from './product.ts';
import { fillUniform, fingerprint } from './test-data.ts';
import { loadTensorFlow } from './tfjs.ts';

const fillOperands = (a: Float32Array, b: Float32Array): void => {
  fillUniform(a, 1, 1);
  fillUniform(b, 1, 2);
};

type Multiply = (backend: Backend, out: Float32Array, a: Float32Array, b: Float32Array) => void;

function lockstepProduct(name: string, kernels: Kernels, product: Product, multiply: Multiply): Contender {
  return {
    name,
    open: async () => {
      const backend = await openBackend(kernels);
      const { m, n } = outputOf(product);
      const out = backend.allocate(m * n);
      const a = backend.allocate(product.a[0] * product.a[1]);
      const b = backend.allocate(product.b[0] * product.b[1]);
      fillOperands(a, b);
      multiply(backend, out, a, b);
      const opened = openedProduct(product, fingerprint(out), () => multiply(backend, out, a, b));
      return { ...opened, detail: backend.description };
    },
  };
}

/** `matmul`, or `matmulTransposed` where b is turned. */
export const lockstepMatmul = (name: string, kernels: Kernels, product: Product): Contender => {
  const { m, k, n } = outputOf(product);
  return lockstepProduct(name, kernels, product, (backend, out, a, b) =>
    product.transpose === 'b'
      ? backend.matmulTransposed(out, a, b, m, k, n)
      : backend.matmul(out, a, b, m, k, n),
  );
};

/** `weightGradient`: a, turned, times b, summed up the tree over leaves of `leafRows`. */
export const lockstepWeightGradient = (
  name: string,
  kernels: Kernels,
  product: Product,
  leafRows: number,
): Contender => {
  const { m, k, n } = outputOf(product);
  return lockstepProduct(name, kernels, product, (backend, out, a, b) =>
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
    return openedProduct(product, result, () => multiply().dispose());
  },
});
