import type { Backend } from '@lockstep/math';
import { viewOf, layoutOf, type ParameterLayout } from '../layout.ts';
import type { LayerSums, TrainingPass } from '../layers/layer.ts';
import { lossKinds, type LossSpec } from '../losses/index.ts';
import type { LossKind, LossRun } from '../losses/loss.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { NetworkError } from '../network-error.ts';
import { planOf, type NetworkPlan, type PlannedLayer } from './plan.ts';

/** What a layer computes on, some rows of it; what is left open here is set before each use. */
type OpenRun = { -readonly [Field in keyof LayerSums]: LayerSums[Field] };

/** The rows first .. last - 1 of everything, as views of exactly that length on the network's buffers. */
interface RowViews {
  readonly rows: number;
  readonly layers: readonly OpenRun[];
  /** Of each layer, what the errors of its output are summed from where several layers read it. */
  readonly summedFrom: readonly (readonly Float32Array[])[];
  readonly loss: LossRun;
}

/** Tensors of a gradient. */
interface Gradients {
  /** Of each layer. */
  readonly learned: readonly (readonly (Float32Array | undefined)[])[];
  readonly frozen: readonly Float32Array[];
}

/** Row ranges whose views are kept; spans of a run have few sizes, but nothing bounds them. */
const KEPT_VIEWS = 256;

/** What a network may be told beside its model. */
export interface NetworkOptions {
  /** Buffers that it is to use instead of its own. */
  readonly weights?: Float32Array;
  readonly gradient?: Float32Array;
  /** Names of parameters that are not learned: their gradient is +0, and takes no computing. */
  readonly frozen?: ReadonlySet<string>;
}

/**
 * A network with everything it computes on, allocated once in the backend's memory.
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
  /** [maxRows, inputs], row-major: standardised inputs. */
  readonly inputs: Float32Array;
  /** [maxRows, outputs], row-major: what the outputs should be. */
  readonly labels: Float32Array;

  readonly #backend: Backend;
  readonly #plan: NetworkPlan;
  readonly #loss: LossKind;
  readonly #lossSpec: LossSpec;
  readonly #buffers: readonly Float32Array[];
  readonly #viewsByRange = new Map<number, RowViews>();
  readonly #viewsByBuffer = new Map<Float32Array, readonly (readonly Float32Array[])[]>();
  readonly #gradientsByBuffer = new Map<Float32Array, Gradients>();
  readonly #maxRows: number;
  #weights: Float32Array;
  #gradient: Float32Array;

  /** @param maxRows the most rows one call may have @throws {NetworkError} `bad-model` */
  constructor(backend: Backend, spec: ModelSpec, maxRows: number, options: NetworkOptions = {}) {
    this.#backend = backend;
    this.#maxRows = maxRows;
    this.#plan = planOf(spec, options.frozen);
    this.#loss = lossKinds.of(spec.loss.type);
    this.#lossSpec = spec.loss;
    this.layout = layoutOf(spec);
    this.#weights = options.weights ?? backend.allocate(this.layout.length);
    this.#gradient = options.gradient ?? backend.allocate(this.layout.length);
    this.inputs = backend.allocate(maxRows * this.#plan.inputWidth);
    this.labels = backend.allocate(maxRows * this.#plan.outputWidth);
    this.#buffers = this.#plan.widths.map((width) => backend.allocate(maxRows * width));
  }

  /** All parameters, flat. */
  get weights(): Float32Array {
    return this.#weights;
  }

  /** The sum over rows of dloss/d(weights), same layout; overwritten by `backpropagate`. */
  get gradient(): Float32Array {
    return this.#gradient;
  }

  /** The loss that its outputs are judged by. */
  get loss(): LossSpec {
    return this.#lossSpec;
  }

  /** Outputs of a row. */
  get width(): number {
    return this.#plan.outputWidth;
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
   * Layer by layer, on the first `rows` of `inputs`, as a network is judged and used: nothing is dropped.
   * @param first where to begin: the rows before it are left out, on which the others do not depend
   * @returns [rows - first, outputs], a view that the next call overwrites
   */
  forward(rows: number, first = 0): Float32Array {
    return this.#forward(this.#viewsOf(first, rows), undefined);
  }

  /** [rows, outputs]: what `forward` left for the first `rows`, a view. */
  outputsOf(rows: number): Float32Array {
    return this.#viewsOf(0, rows).loss.outputs;
  }

  /**
   * The loss of the outputs that `forward(rows)` left, against `labels`, summed over rows up the tree of `leafRows`.
   * @returns the float64 sum over rows
   */
  lossSum(rows: number, leafRows: number): number {
    this.#loss.gradient(this.#viewsOf(0, rows).loss);
    return this.propagatedLossSum(rows, leafRows);
  }

  /** `lossSum` from what `propagate` left. */
  propagatedLossSum(rows: number, leafRows: number): number {
    return this.#loss.sum(this.#viewsOf(0, rows).loss, leafRows);
  }

  /**
   * Leaves in `gradient` the sum over the first `rows` of dloss/d(weights), summed up the tree of `leafRows` (contract, section 3).
   * @returns the float64 loss sum of the rows
   */
  backpropagate(rows: number, leafRows: number, pass: TrainingPass): number {
    this.propagate(0, rows, pass);
    this.accumulate(rows, leafRows);
    return this.propagatedLossSum(rows, leafRows);
  }

  /**
   * Forward and back through the layers for the rows first .. last - 1, which depend on no other row: leaves dloss/d(output) of each
   * layer.
   * @param pass its `firstRow` is the place of this network's first row
   */
  propagate(first: number, last: number, pass: TrainingPass): void {
    const views = this.#viewsOf(first, last);
    if (views.rows === 0) return;
    this.#forward(views, { ...pass, firstRow: pass.firstRow + first });
    this.#loss.gradient(views.loss);
    for (let index = views.layers.length - 1; index >= 0; index--) {
      const run = views.layers[index]!;
      this.#sumErrors(run.outputError, views.summedFrom[index]!);
      if (run.inputError !== undefined) this.#plan.layers[index]!.kind.backward(run);
    }
  }

  /**
   * From what `propagate` left of the first `rows`: the gradient of every parameter, summed up the tree of `leafRows`, and +0 where it
   * is frozen; of each layer the part of `share`, one of 0 .. shares - 1.
   */
  accumulate(rows: number, leafRows: number, share = 0, shares = 1): void {
    const { layers } = this.#viewsOf(0, rows);
    const { learned, frozen } = this.#gradientsOf(this.#gradient);
    frozen.forEach((tensor, index) => index % shares === share && tensor.fill(0));
    for (let index = layers.length - 1; index >= 0; index--) {
      const { kind, isLearned } = this.#plan.layers[index]!;
      if (!isLearned.includes(true)) continue;
      const run = layers[index]!;
      run.gradients = learned[index]!;
      run.leafRows = leafRows;
      run.share = share;
      run.shares = shares;
      kind.accumulate!(run);
    }
  }

  /** The errors that the readers of a layer left, in ascending order (contract, section 4). */
  #sumErrors(out: Float32Array, [first, second, ...others]: readonly Float32Array[]): void {
    if (second === undefined) return;
    this.#backend.map('add', [out], [first!, second]);
    for (const error of others) this.#backend.map('add', [out], [out, error]);
  }

  #forward({ layers, loss }: RowViews, pass: TrainingPass | undefined): Float32Array {
    const weights = this.#tensorsOf(this.#weights);
    for (const [index, run] of layers.entries()) {
      run.parameters = weights[index]!;
      run.pass = pass;
      this.#plan.layers[index]!.forward?.(run);
    }
    return loss.outputs;
  }

  /** The views of each layer's tensors on a flat buffer. */
  #tensorsOf(flat: Float32Array): readonly (readonly Float32Array[])[] {
    let tensors = this.#viewsByBuffer.get(flat);
    if (tensors === undefined) {
      tensors = this.#plan.layers.map(({ slots }) => slots.map((slot) => viewOf(flat, slot)));
      this.#viewsByBuffer.set(flat, tensors);
    }
    return tensors;
  }

  /** The views of what is learned on a flat buffer, with nothing in the place of what is frozen, and those of that. */
  #gradientsOf(flat: Float32Array): Gradients {
    let gradients = this.#gradientsByBuffer.get(flat);
    if (gradients === undefined) {
      const tensors = this.#tensorsOf(flat);
      const ofState = (isAsked: boolean): (Float32Array | undefined)[][] =>
        this.#plan.layers.map(({ isLearned }, index) =>
          isLearned.map((is, at) => (is === isAsked ? tensors[index]![at]! : undefined)),
        );
      gradients = {
        learned: ofState(true),
        frozen: ofState(false)
          .flat()
          .filter((tensor) => tensor !== undefined),
      };
      this.#gradientsByBuffer.set(flat, gradients);
    }
    return gradients;
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
    const views = this.#viewRows(first, last);
    if (this.#viewsByRange.size >= KEPT_VIEWS) this.#viewsByRange.clear();
    this.#viewsByRange.set(key, views);
    return views;
  }

  #viewRows(first: number, last: number): RowViews {
    const backend = this.#backend;
    const rows = last - first;
    const range = (buffer: Float32Array): Float32Array => {
      const width = buffer.length / this.#maxRows;
      return buffer.subarray(first * width, last * width);
    };
    const inputs = range(this.inputs);
    const views = this.#buffers.map(range);
    const at = (buffer: number | undefined): Float32Array => (buffer === undefined ? inputs : views[buffer]!);
    const layers = this.#plan.layers.map((layer: PlannedLayer, index): OpenRun => {
      const ofInputs = layer.inputs.map(at);
      return {
        spec: layer.spec,
        index,
        backend,
        rows,
        inputShape: layer.inputShape,
        outputShape: layer.outputShape,
        input: ofInputs[0]!,
        inputs: ofInputs,
        output: at(layer.output),
        buffers: layer.kept.map(at),
        outputError: layer.outputError === undefined ? NOTHING : views[layer.outputError]!,
        inputError: layer.inputError === undefined ? undefined : views[layer.inputError],
        ordinal: layer.ordinal,
        ...NOT_YET,
      };
    });
    const { output, outputError } = layers.at(-1)!;
    const loss = {
      spec: this.#lossSpec,
      backend,
      rows,
      outputs: output,
      labels: range(this.labels),
      width: this.#plan.outputWidth,
      error: outputError,
      kept: this.#plan.keptByLoss.map(at),
    };
    const summedFrom = this.#plan.layers.map((layer) => layer.summedFrom.map(at));
    return { rows, layers, summedFrom, loss };
  }
}

/** The error of layers in and before which nothing learns. */
const NOTHING = new Float32Array(0);

/** What `forward` and `accumulate` set before they call a layer. */
const NOT_YET = { parameters: [], pass: undefined, gradients: [], leafRows: 1, share: 0, shares: 1 };
