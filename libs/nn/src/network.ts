import type { Backend } from '@lockstep/math';
import { layerViewsOf, layoutOf, type LayerViews, type ParameterLayout } from './layout.ts';
import { layersOf, type LayerSpec, type ModelSpec } from './model.ts';
import { NetworkError } from './network-error.ts';

/** The tensors of `rows` rows, as views of exactly that length on the network's buffers. */
interface RowViews {
  readonly inputs: Float32Array;
  readonly labels: Float32Array;
  /** Z of each layer, [rows, outputs]. */
  readonly outputs: readonly Float32Array[];
  /** dloss/dZ and then A = dloss/dY of each layer, [rows, outputs]. */
  readonly errors: readonly Float32Array[];
}

/**
 * A multilayer perceptron with everything it computes on, allocated once in the backend's memory.
 *
 * Fill `inputs` and `labels`, then call `forward` or `backpropagate` with the number of rows filled. `weights` and `gradient` are
 * flat buffers in the order of `layout`.
 */
export class Network {
  readonly layout: ParameterLayout;
  /** All parameters, flat. */
  readonly weights: Float32Array;
  /** The sum over rows of dloss/d(weights), same layout; overwritten by `backpropagate`. */
  readonly gradient: Float32Array;
  /** [maxRows, sizes[0]], row-major: standardised inputs. */
  readonly inputs: Float32Array;
  /** [maxRows, last size], row-major: what the outputs should be. */
  readonly labels: Float32Array;

  readonly #backend: Backend;
  readonly #layers: readonly LayerSpec[];
  readonly #weightViews: readonly LayerViews[];
  readonly #gradientViews: readonly LayerViews[];
  readonly #outputs: readonly Float32Array[];
  readonly #errors: readonly Float32Array[];
  readonly #viewsByRows = new Map<number, RowViews>();
  readonly #maxRows: number;

  /** @param maxRows the most rows one call may have @throws {NetworkError} `bad-model` */
  constructor(backend: Backend, spec: ModelSpec, maxRows: number) {
    this.#backend = backend;
    this.#maxRows = maxRows;
    this.#layers = layersOf(spec);
    this.layout = layoutOf(spec);
    this.weights = backend.allocate(this.layout.length);
    this.gradient = backend.allocate(this.layout.length);
    this.inputs = backend.allocate(maxRows * spec.sizes[0]!);
    this.labels = backend.allocate(maxRows * spec.sizes.at(-1)!);
    this.#outputs = this.#layers.map((layer) => backend.allocate(maxRows * layer.outputs));
    this.#errors = this.#layers.map((layer) => backend.allocate(maxRows * layer.outputs));
    this.#weightViews = layerViewsOf(this.weights, this.layout);
    this.#gradientViews = layerViewsOf(this.gradient, this.layout);
  }

  /**
   * Y = X W + B and Z = sigmoid(Y), layer by layer (the output layer as the model says), on the first `rows` of `inputs`.
   * @returns [rows, outputs], a view that the next call overwrites
   */
  forward(rows: number): Float32Array {
    const views = this.#viewsOf(rows);
    let x = views.inputs;
    this.#layers.forEach((layer, index) => {
      const z = views.outputs[index]!;
      const { weight, bias } = this.#weightViews[index]!;
      this.#backend.matmul(z, x, weight, rows, layer.inputs, layer.outputs);
      if (layer.activation === 'sigmoid') this.#backend.addBiasSigmoid(z, bias, rows, layer.outputs);
      else this.#backend.addBias(z, bias, rows, layer.outputs);
      x = z;
    });
    return x;
  }

  /**
   * The loss of the outputs that `forward(rows)` left, against `labels`, summed over rows up the tree of `leafRows`.
   * @returns the float64 sum of sum over outputs of (out - label)^2 / 2
   */
  lossSum(rows: number, leafRows: number): number {
    const { errors, labels, outputs } = this.#viewsOf(rows);
    const error = errors.at(-1)!;
    this.#backend.subtract(error, outputs.at(-1)!, labels);
    return this.#backend.squaredErrorSum(error, rows, this.#layers.at(-1)!.outputs, leafRows);
  }

  /**
   * Leaves in `gradient` the sum over the first `rows` of dloss/d(weights), summed up the tree of `leafRows` (contract, section 3):
   * A = Z - Label at the output, [4] dW = X^T @ A, [5] dB = column sums of A, [6] dX = A @ W^T handed to the layer before.
   * @returns the float64 loss sum of the rows
   */
  backpropagate(rows: number, leafRows: number): number {
    this.forward(rows);
    const lossSum = this.lossSum(rows, leafRows);
    const views = this.#viewsOf(rows);
    for (let index = this.#layers.length - 1; index >= 0; index--) {
      const { inputs, outputs, activation } = this.#layers[index]!;
      const a = views.errors[index]!;
      if (activation === 'sigmoid') this.#backend.sigmoidBackward(a, a, views.outputs[index]!);
      const x = index === 0 ? views.inputs : views.outputs[index - 1]!;
      const gradient = this.#gradientViews[index]!;
      this.#backend.weightGradient(gradient.weight, x, a, rows, inputs, outputs, leafRows);
      this.#backend.biasGradient(gradient.bias, a, rows, outputs, leafRows);
      if (index > 0) {
        const w = this.#weightViews[index]!.weight;
        this.#backend.matmulTransposed(views.errors[index - 1]!, a, w, rows, outputs, inputs);
      }
    }
    return lossSum;
  }

  #viewsOf(rows: number): RowViews {
    const known = this.#viewsByRows.get(rows);
    if (known !== undefined) return known;
    if (!Number.isInteger(rows) || rows < 1 || rows > this.#maxRows) {
      throw new NetworkError(
        'too-many-rows',
        `this network was made for 1 to ${this.#maxRows} rows, not ${rows}`,
      );
    }
    const first = (buffer: Float32Array): Float32Array =>
      buffer.subarray(0, (buffer.length / this.#maxRows) * rows);
    const views = {
      inputs: first(this.inputs),
      labels: first(this.labels),
      outputs: this.#outputs.map(first),
      errors: this.#errors.map(first),
    };
    this.#viewsByRows.set(rows, views);
    return views;
  }
}

/**
 * Bytes a backend's heap needs for `networks` networks of `spec` with `maxRows` rows, its packing space included, and
 * `flatBuffers` further buffers of the parameters' length.
 */
export function heapBytesFor(spec: ModelSpec, maxRows: number, flatBuffers = 0): number {
  const parameters = layoutOf(spec).length;
  const units = spec.sizes.reduce((sum, size) => sum + size, 0);
  const widest = Math.max(...spec.sizes);
  const activations = maxRows * (2 * units + spec.sizes.at(-1)!);
  // Packing holds at most a panel of 256 k of the widest operand, or the rows of a batch, padded to whole tiles.
  const packing = (Math.max(maxRows, 256) + 64) * (widest + 64) * 2;
  return 4 * ((2 + flatBuffers) * (parameters + 64) + activations + packing) + HEAP_SLACK_BYTES;
}

/** The golden workload, staging of buffers from outside, alignment. */
const HEAP_SLACK_BYTES = 16 * 1024 * 1024;
