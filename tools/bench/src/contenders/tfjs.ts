import path from 'node:path';
import { BenchError } from '../bench-error.ts';
import { peerFile, requirePeer } from '../peers/npm-peers.ts';

export interface Tensor {
  readonly shape: readonly number[];
  dataSync(): Float32Array;
  dispose(): void;
}

export interface Variable extends Tensor {
  assign(value: Tensor): void;
}

/** What the benchmarks use of `@tensorflow/tfjs`. */
export interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  env(): { getAsync(flag: string): Promise<unknown> };
  tensor(values: Float32Array, shape: readonly number[]): Tensor;
  variable(initial: Tensor): Variable;
  tidy<T extends Tensor>(work: () => T): T;
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  transpose(x: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor | number): Tensor;
  div(a: Tensor, b: Tensor | number): Tensor;
  sum(x: Tensor, axis?: number): Tensor;
  square(x: Tensor): Tensor;
  sigmoid(x: Tensor): Tensor;
  readonly train: {
    sgd(learningRate: number): { minimize(loss: () => Tensor, returnCost: true): Tensor };
  };
}

interface WasmBackend {
  setWasmPaths(folder: string): void;
  setThreadsCount(count: number): void;
}

/**
 * tf.js on its WebAssembly backend, one thread, with 128-bit vectors.
 * @throws {BenchError} `peer-missing` when that backend does not run here
 */
export async function loadTensorFlow(): Promise<TensorFlow> {
  const tf = requirePeer('@tensorflow/tfjs') as TensorFlow;
  const wasm = requirePeer('@tensorflow/tfjs-backend-wasm') as WasmBackend;
  wasm.setWasmPaths(peerFile('@tensorflow/tfjs-backend-wasm', 'dist') + path.sep);
  wasm.setThreadsCount(1);
  const isSet = await tf.setBackend('wasm');
  if (!isSet || tf.getBackend() !== 'wasm' || (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) !== true) {
    throw new BenchError('peer-missing', 'tf.js does not run its WebAssembly backend with vectors here');
  }
  return tf;
}
