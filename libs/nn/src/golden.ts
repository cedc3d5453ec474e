import { Philox, sha256Hex, type Backend } from '@lockstep/math';
import { initialWeights } from './initial-weights.ts';
import type { ModelSpec } from './model.ts';
import { Network } from './network.ts';
import { sgdStep } from './optimizer.ts';

/** What `goldenDigest` gives on every engine and backend that keeps the contract `exact-1`. */
export const GOLDEN_DIGEST = 'fa7595f12125a4ae93e6ac20058da382156a969fc917ef11212d45130a8ef77c';

const SEED = 20_261_124;

/** Shapes [rows, k, n, leafRows] around the kernels' tiles, the block of 256 and short last leaves. */
const SHAPES = [
  [1, 1, 1, 1],
  [5, 3, 10, 2],
  [13, 7, 17, 4],
  [33, 29, 40, 8],
  [7, 300, 9, 3],
  [70, 12, 33, 16],
] as const;

const MODELS: readonly ModelSpec[] = [
  { sizes: [23, 11, 5], hiddenActivation: 'sigmoid', outputActivation: 'linear', loss: 'squared-error' },
  { sizes: [17, 33, 9, 10], hiddenActivation: 'sigmoid', outputActivation: 'sigmoid', loss: 'squared-error' },
];
const TRAINING = { rows: 21, leafRows: 4, steps: 8, learningRate: 0.25 };

/** What kind of numbers a tensor is filled with. */
type Filling = (word: number, out: DataView) => void;

/** Any sign and mantissa, exponents near zero: roundings, cancellation. */
const ordinary: Filling = (word, out) =>
  out.setUint32(0, (word & 0x81ffffff) | (0x3e000000 + ((word << 1) & 0x01800000)));
/** A mix of subnormals, zeros of both signs, few mantissa bits (halfway cases), tiny and large exponents. */
const extreme: Filling = (word, out) => {
  const bits = [
    word & 0x807fffff,
    word & 0x80000000,
    (word & 0x80060000) | 0x3f800000,
    (word & 0x80ffffff) | 0x01000000,
    (word & 0x80ffffff) | 0x48000000,
  ][(word >>> 24) % 5]!;
  out.setUint32(0, bits);
};

/**
 * The sha256 of a fixed workload: every kernel on awkward shapes and numbers (subnormals, zeros of both signs, halfway cases),
 * then training steps of two small networks. A worker proves with it that it computes this contract's bits; it takes
 * milliseconds.
 */
export function goldenDigest(backend: Backend): string {
  const generator = new Philox(SEED, 0);
  const cell = new DataView(new ArrayBuffer(4));
  let block = 0;
  const filled = (length: number, filling: Filling): Float32Array => {
    const tensor = backend.allocate(length);
    for (let i = 0; i < length; i++) {
      if (i % 4 === 0) generator.generate(block++, 0, 0, 0);
      filling(generator.words[i % 4]!, cell);
      tensor[i] = cell.getFloat32(0);
    }
    return tensor;
  };

  const results: Uint8Array[] = [];
  const keep = (tensor: Float32Array): void => {
    results.push(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength).slice());
  };
  for (const filling of [ordinary, extreme]) {
    for (const shape of SHAPES) runKernels(backend, shape, (length) => filled(length, filling), keep);
  }
  for (const model of MODELS) train(backend, model, filled, keep);
  return sha256Hex(concatenate(results));
}

/** Every kernel once on one shape; each result goes to `keep`. */
function runKernels(
  backend: Backend,
  [rows, k, n, leafRows]: readonly [number, number, number, number],
  filled: (length: number) => Float32Array,
  keep: (tensor: Float32Array) => void,
): void {
  const x = filled(rows * k);
  const w = filled(k * n);
  const a = filled(rows * n);
  const y = backend.allocate(rows * n);
  const dx = backend.allocate(rows * k);
  const dw = backend.allocate(k * n);
  const db = backend.allocate(n);

  backend.matmul(y, x, w, rows, k, n);
  keep(y);
  backend.matmulTransposed(dx, a, w, rows, n, k);
  keep(dx);
  backend.weightGradient(dw, x, a, rows, k, n, leafRows);
  keep(dw);
  backend.biasGradient(db, a, rows, n, leafRows);
  keep(db);
  backend.addBias(y, db, rows, n);
  keep(y);
  backend.sigmoid(y, a);
  keep(y);
  backend.sigmoidBackward(y, a, y);
  keep(y);
  backend.subtract(y, y, a);
  keep(y);
  keep(new Float32Array(new Float64Array([backend.squaredErrorSum(a, rows, n, leafRows)]).buffer));
  backend.add(y, y, a);
  backend.scale(y, y, 1 / 3);
  keep(y);
  backend.divide(y, a, 7);
  keep(y);
  backend.axpy(y, -0.1, a);
  keep(y);
}

/** A few SGD steps of a small network; its weights and loss go to `keep`. */
function train(
  backend: Backend,
  model: ModelSpec,
  filled: (length: number, filling: Filling) => Float32Array,
  keep: (tensor: Float32Array) => void,
): void {
  const { rows, leafRows, steps, learningRate } = TRAINING;
  const network = new Network(backend, model, rows);
  initialWeights(model, SEED, network.weights);
  const bytes = Uint8Array.from({ length: network.inputs.length }, (_, i) => (i * 37) % 256);
  const table = Float32Array.from({ length: 256 }, (_, value) => Math.fround(value / 255 - 0.5));
  backend.lookup(network.inputs, bytes, table);
  network.labels.set(filled(network.labels.length, ordinary));
  for (let step = 0; step < steps; step++) {
    const loss = network.backpropagate(rows, leafRows);
    keep(new Float32Array(new Float64Array([loss]).buffer));
    keep(network.gradient);
    sgdStep(backend, {
      weights: network.weights,
      gradientSum: network.gradient,
      rowCount: rows,
      learningRate,
    });
  }
  keep(network.weights);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
