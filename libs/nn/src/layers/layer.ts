import type { Backend } from '@lockstep/math';
import type { InitializerSpec } from '../initializers/index.ts';
import type { Fans } from '../initializers/initializer.ts';
import type * as v from 'valibot';

/** The lengths of the axes of one row's tensor; the axis of the rows comes before them and is not in here. */
export type Shape = readonly number[];

/** Elements of one row's tensor. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

/** A tensor that a layer learns. */
export interface ParameterSpec {
  /** What the layer calls it: "weight". */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: InitializerSpec;
  /** The layer's, where the parameter's shape does not say it; a matrix is [inputs, outputs]. */
  readonly fans?: Fans;
}

/** What a training pass is a function of, beside weights and rows. */
export interface TrainingPass {
  /** The run's. */
  readonly seed: number;
  /** Committed steps before it. */
  readonly step: number;
  /** The place of the first row among all rows of the step. */
  readonly firstRow: number;
}

/** What a layer computes on: the rows of one call, as views of exactly that length. */
export interface LayerRun<S extends AnyLayerSpec = AnyLayerSpec> {
  readonly spec: S;
  /** The layer's place in the list of the model's layers. */
  readonly index: number;
  readonly backend: Backend;
  /** At least one. */
  readonly rows: number;
  /** The first input's, of most kinds the only one. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** [rows, ...inputShape], the first of `inputs` */
  readonly input: Float32Array;
  /** In the order of the layer's `from`. */
  readonly inputs: readonly Float32Array[];
  /** [rows, ...outputShape]; of a layer that computes in place it may be `input`. */
  readonly output: Float32Array;
  /** In the order of `parameters`. */
  readonly parameters: readonly Float32Array[];
  /** In the order of `buffers`, [rows, ...shape] each: as `forward` leaves them `backward` and `accumulate` find them. */
  readonly buffers: readonly Float32Array[];
  /** Nothing where a network is judged or used. Its `firstRow` is the first of these rows. */
  readonly pass: TrainingPass | undefined;
  /** dloss/d(output), [rows, ...outputShape]. */
  readonly outputError: Float32Array;
  /**
   * dloss/d(input), [rows, ...inputShape]; nothing where no layer before learns. Of a layer that computes in place it may be
   * `outputError`.
   */
  readonly inputError: Float32Array | undefined;
}

/** A layer's part of the gradient, and which part of that is asked for. */
export interface LayerSums<S extends AnyLayerSpec = AnyLayerSpec> extends LayerRun<S> {
  /** dloss/d(parameter) summed over the rows up the tree of `leafRows`, in the order of `parameters`; nothing where that one is frozen. */
  readonly gradients: readonly (Float32Array | undefined)[];
  readonly leafRows: number;
  /** How many layers with parameters come before it: with it, whole tensors are dealt to shares in turn. */
  readonly ordinal: number;
  /** One of 0 .. `shares` - 1; all of them together write every element of `gradients` once. */
  readonly share: number;
  readonly shares: number;
}

/** What a layer is, as data: its kind, and what that kind wants to know. */
export interface AnyLayerSpec {
  readonly type: string;
}

/**
 * One kind of layer. A kind holds no state: a network asks it for shapes and parameters, allocates, and calls it. Every sum over rows is
 * taken up the tree of the leaves, and everything else about a row follows from that row alone, so that neither the cut into spans
 * nor the number of threads changes a bit (contract `exact-2`, section 3).
 */
export interface LayerKind<S extends AnyLayerSpec = AnyLayerSpec> {
  readonly type: S['type'];
  /** Which flag of a perceptron names it, where one does. */
  readonly family?: 'activation' | 'normalisation';
  /** From what a person gives to what a run keeps, every default filled in. */
  readonly schema: v.GenericSchema<unknown, S>;
  /** Settings that the golden workload tries beside the defaults; at least one where a setting has no default. */
  readonly examples?: readonly Partial<Omit<S, 'type'>>[];
  /** Which of its tensors `backward` and `accumulate` read: what they do not may be overwritten by the layers beside it. */
  readonly needs: { readonly input: boolean; readonly output: boolean };
  /**
   * Whether `output` may be `input` in `forward`, and `inputError` be `outputError` in `backward`: shapes are equal, and each element
   * follows from its own. Not for a kind with parameters, whose `accumulate` reads `outputError` later.
   */
  readonly isInPlace: boolean;
  /** Its output is the input's elements under another shape: neither `forward` nor `backward` is ever called. */
  readonly isView?: true;
  /** How many layers it may read; one, where this is left out. A kind that may read several has `passesError`. */
  readonly mostInputs?: number;
  /** dloss/d(input) of each input is dloss/d(output) as it is: `backward` is never called. */
  readonly passesError?: true;
  /** The shape of its output. @throws {NetworkError} `bad-model` when it cannot take such inputs */
  outputShape(spec: S, ...inputs: readonly [Shape, ...Shape[]]): Shape;
  parameters(spec: S, input: Shape): readonly ParameterSpec[];
  /** Shapes, of one row, of what `forward` keeps for `backward` and `accumulate` beside input and output; nothing where left out. */
  buffers?(spec: S, input: Shape): readonly Shape[];
  /** Multiplications and additions of one row's `forward`; one for each element of the output where left out. */
  operations?(spec: S, input: Shape): number;
  /** Writes `output`. */
  forward(at: LayerRun<S>): void;
  /** Writes `inputError` from `outputError`; not called where nothing wants it. */
  backward(at: LayerRun<S>): void;
  /** Writes the share of `gradients`; only of kinds with parameters. */
  accumulate?(at: LayerSums<S>): void;
  /**
   * By the type of a layer that comes next and computes in place: this layer's `forward` and then that one's in one pass, with the
   * same bits.
   */
  readonly forwardWith?: Readonly<Partial<Record<string, (at: LayerRun<S>) => void>>>;
}
