import type { Backend } from '@lockstep/math';
import { layerViewsOf, layoutOf, type LayerViews, type ParameterLayout } from './layout.ts';
import { layersOf, type LayerSpec, type ModelSpec } from './model.ts';
import { NetworkError } from './network-error.ts';

/** The tensors of the rows first .. last - 1, as views of exactly that length on the network's buffers. */
interface RowViews {
  readonly rows: number;
  readonly inputs: Float32Array;
  readonly labels: Float32Array;
  /** Z of each layer, [rows, outputs]. */
  readonly outputs: readonly Float32Array[];
  /** out - label of the output layer, [rows, last size]. */
  readonly residual: Float32Array;
  /** dloss/dZ and then A = dloss/dY of each layer, [rows, outputs]. */
  readonly errors: readonly Float32Array[];
}

/** Row ranges whose views are kept; spans of a run have few sizes, but nothing bounds them. */
const KEPT_VIEWS = 256;

/** Rows of dW are shared out in multiples of this: a divisor of every backend's tile. */
const SHARE_UNIT = 4;

/** Buffers that a network is to use instead of its own. */
export interface NetworkBuffers {
  readonly weights?: Float32Array;
  readonly gradient?: Float32Array;
}

/**
 * A multilayer perceptron with everything it computes on, allocated once in the backend's memory.
 *
 * Fill `inputs` and `labels`, then call `forward` or `backpropagate` with the number of rows filled. `weights` and `gradient` are
 * flat buffers in the order of `layout`.
 *
 * Several networks made alike on backends that share their memory are one network computed by several threads: each calls
 * `propagate` on rows of its own; once all have, each calls `accumulate` for its share. No sum is split between threads, so
 * the bits do not depend on their number.
 */
export class Network {
  readonly layout: ParameterLayout;
  /** [maxRows, sizes[0]], row-major: standardised inputs. */
  readonly inputs: Float32Array;
  /** [maxRows, last size], row-major: what the outputs should be. */
  readonly labels: Float32Array;

  readonly #backend: Backend;
  readonly #layers: readonly LayerSpec[];
  readonly #outputs: readonly Float32Array[];
  readonly #residual: Float32Array;
  readonly #errors: readonly Float32Array[];
  readonly #viewsByRange = new Map<number, RowViews>();
  readonly #viewsByBuffer = new Map<Float32Array, readonly LayerViews[]>();
  readonly #maxRows: number;
  #weights: Float32Array;
  #gradient: Float32Array;

  /** @param maxRows the most rows one call may have @throws {NetworkError} `bad-model` */
  constructor(backend: Backend, spec: ModelSpec, maxRows: number, buffers: NetworkBuffers = {}) {
    this.#backend = backend;
    this.#maxRows = maxRows;
    this.#layers = layersOf(spec);
    this.layout = layoutOf(spec);
    this.#weights = buffers.weights ?? backend.allocate(this.layout.length);
    this.#gradient = buffers.gradient ?? backend.allocate(this.layout.length);
    this.inputs = backend.allocate(maxRows * spec.sizes[0]!);
    this.labels = backend.allocate(maxRows * spec.sizes.at(-1)!);
    this.#outputs = this.#layers.map((layer) => backend.allocate(maxRows * layer.outputs));
    const errors = this.#layers.map((layer) => backend.allocate(maxRows * layer.outputs));
    // A linear output layer has A = out - label; a sigmoid one needs both, since the loss follows from the difference.
    const isLinear = this.#layers.at(-1)!.activation === 'linear';
    this.#residual = isLinear ? errors.at(-1)! : backend.allocate(errors.at(-1)!.length);
    this.#errors = errors;
  }

  /** All parameters, flat. */
  get weights(): Float32Array {
    return this.#weights;
  }

  /** The sum over rows of dloss/d(weights), same layout; overwritten by `backpropagate`. */
  get gradient(): Float32Array {
    return this.#gradient;
  }

  /** Takes the parameters from another flat buffer from here on. */
  useWeights(flat: Float32Array): void {
    this.#weights = flat;
  }

  /** Leaves the gradient in another flat buffer from here on. */
  useGradient(flat: Float32Array): void {
    this.#gradient = flat;
  }

  /**
   * Y = X W + B and Z = sigmoid(Y), layer by layer (the output layer as the model says), on the first `rows` of `inputs`.
   * @returns [rows, outputs], a view that the next call overwrites
   */
  forward(rows: number): Float32Array {
    return this.#forward(this.#viewsOf(0, rows));
  }

  /**
   * The loss of the outputs that `forward(rows)` left, against `labels`, summed over rows up the tree of `leafRows`.
   * @returns the float64 sum of sum over outputs of (out - label)^2 / 2
   */
  lossSum(rows: number, leafRows: number): number {
    const { residual, labels, outputs } = this.#viewsOf(0, rows);
    this.#backend.subtract(residual, outputs.at(-1)!, labels);
    return this.residualLossSum(rows, leafRows);
  }

  /** `lossSum` from the differences out - label that `propagate` left. */
  residualLossSum(rows: number, leafRows: number): number {
    const { residual } = this.#viewsOf(0, rows);
    return this.#backend.squaredErrorSum(residual, rows, this.#layers.at(-1)!.outputs, leafRows);
  }

  /**
   * Leaves in `gradient` the sum over the first `rows` of dloss/d(weights), summed up the tree of `leafRows` (contract, section 3).
   * @returns the float64 loss sum of the rows
   */
  backpropagate(rows: number, leafRows: number): number {
    this.propagate(0, rows);
    this.accumulate(rows, leafRows);
    return this.residualLossSum(rows, leafRows);
  }

  /**
   * Forward and back through the layers for the rows first .. last - 1, which depend on no other row: leaves A = dloss/dY of each
   * layer, A = Z - Label at the output, [6] dX = A @ W^T handed to the layer before.
   */
  propagate(first: number, last: number): void {
    const views = this.#viewsOf(first, last);
    const { rows, errors, outputs, residual, labels } = views;
    if (rows === 0) return;
    this.#backend.subtract(residual, this.#forward(views), labels);
    const weights = this.#layerViewsOn(this.#weights);
    for (let index = this.#layers.length - 1; index >= 0; index--) {
      const layer = this.#layers[index]!;
      const a = errors[index]!;
      const dz = index === this.#layers.length - 1 ? residual : a;
      if (layer.activation === 'sigmoid') this.#backend.sigmoidBackward(a, dz, outputs[index]!);
      if (index === 0) continue;
      const { weight } = weights[index]!;
      this.#backend.matmulTransposed(errors[index - 1]!, a, weight, rows, layer.outputs, layer.inputs);
    }
  }

  /**
   * From what `propagate` left of the first `rows`: [4] dW = X^T @ A and [5] dB = column sums of A of every layer, summed up the
   * tree of `leafRows`; of each layer the part of `share`, one of 0 .. shares - 1.
   */
  accumulate(rows: number, leafRows: number, share = 0, shares = 1): void {
    const { inputs: x0, outputs, errors } = this.#viewsOf(0, rows);
    const gradients = this.#layerViewsOn(this.#gradient);
    for (let index = this.#layers.length - 1; index >= 0; index--) {
      const layer = this.#layers[index]!;
      const a = errors[index]!;
      const x = index === 0 ? x0 : outputs[index - 1]!;
      const { weight, bias } = gradients[index]!;
      const [first, last] = [
        shareBound(layer.inputs, share, shares),
        shareBound(layer.inputs, share + 1, shares),
      ];
      this.#backend.weightGradient(weight, x, a, rows, layer.inputs, layer.outputs, leafRows, first, last);
      if (index % shares === share) this.#backend.biasGradient(bias, a, rows, layer.outputs, leafRows);
    }
  }

  #forward(views: RowViews): Float32Array {
    const weights = this.#layerViewsOn(this.#weights);
    let x = views.inputs;
    this.#layers.forEach((layer, index) => {
      const z = views.outputs[index]!;
      const { weight, bias } = weights[index]!;
      this.#backend.matmul(z, x, weight, views.rows, layer.inputs, layer.outputs);
      if (layer.activation === 'sigmoid') this.#backend.addBiasSigmoid(z, bias, views.rows, layer.outputs);
      else this.#backend.addBias(z, bias, views.rows, layer.outputs);
      x = z;
    });
    return x;
  }

  #layerViewsOn(flat: Float32Array): readonly LayerViews[] {
    let views = this.#viewsByBuffer.get(flat);
    if (views === undefined) {
      views = layerViewsOf(flat, this.layout);
      this.#viewsByBuffer.set(flat, views);
    }
    return views;
  }

  #viewsOf(first: number, last: number): RowViews {
    const key = first * (this.#maxRows + 1) + last;
    const known = this.#viewsByRange.get(key);
    if (known !== undefined) return known;
    if (!Number.isInteger(last) || last < 1 || last > this.#maxRows || !(first >= 0 && first <= last)) {
      throw new NetworkError(
        'too-many-rows',
        `this network was made for 1 to ${this.#maxRows} rows, not for rows ${first} to ${last}`,
      );
    }
    const range = (buffer: Float32Array): Float32Array => {
      const width = buffer.length / this.#maxRows;
      return buffer.subarray(first * width, last * width);
    };
    const views = {
      rows: last - first,
      inputs: range(this.inputs),
      labels: range(this.labels),
      outputs: this.#outputs.map(range),
      residual: range(this.#residual),
      errors: this.#errors.map(range),
    };
    if (this.#viewsByRange.size >= KEPT_VIEWS) this.#viewsByRange.clear();
    this.#viewsByRange.set(key, views);
    return views;
  }
}

/** Where the part of `share` begins among `count` rows. */
export const shareBound = (count: number, share: number, shares: number): number =>
  share === shares ? count : Math.floor((count * share) / shares / SHARE_UNIT) * SHARE_UNIT;
