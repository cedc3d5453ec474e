import type { Backend } from '@lockstep/math';
import { viewOf, type TensorSlot } from '../layout.ts';
import { frozenSlots, type TrainedLayout } from './frozen.ts';
import { sgdStep, type SgdStep } from './sgd-step.ts';
import { optimizerKinds, resolveOptimizer, type OptimizerSpec } from './index.ts';
import { normOf } from './norm.ts';
import type { Numbers, OptimizerKind } from './optimizer.ts';
import { segmentsOf, type Segment } from './segments.ts';

type Tensors = Readonly<Record<string, Float32Array>>;

/** What an optimizer knows of the steps before: what a checkpoint keeps beside the weights. */
export interface OptimizerState {
  /** By their names; each in the layout of the parameters. */
  readonly tensors: Tensors;
  readonly numbers: Numbers;
}

/** What one step follows from. */
interface Step extends SgdStep {
  /** Steps before it. */
  readonly step: number;
  /** In place of the optimizer's own, where a schedule gives one. */
  readonly momentum?: number | undefined;
}

/** Elements that a tensor may lose to its alignment. */
const ALIGNMENT = 64;

/** The smallest divisor of a clipped norm, added to it: PyTorch's. */
const CLIP_EPSILON = 1e-6;

/**
 * Takes the steps of a run, and keeps its optimizer's state in two buffers, so that a step that diverges leaves it as it was.
 * The mean gradient g = sum / weightSum, clipped by value and by norm, with coupled decay g + d * w, goes to the kind of optimizer, with w
 * or, where decay is decoupled, w * (1 - lr * d). Frozen parameters stay as they are, and so does their state; their gradient is +0, as
 * the norm counts it. Without a specification it is w - lr * g in one pass (contract, section 3).
 */
export class Optimizer {
  readonly #backend: Backend;
  readonly #using: Using | undefined;
  readonly #frozen: readonly TensorSlot[];
  /** What a plain step changes: everything but the frozen. */
  readonly #trained: readonly Pick<Segment, 'start' | 'end'>[];

  /** Floats that it takes of the backend's memory. */
  static elementsFor(spec: OptimizerSpec | undefined, layout: TrainedLayout): number {
    if (spec === undefined) return 0;
    const kind = optimizerKinds.of(spec.type);
    const buffers = 1 + 2 * kind.state(spec).length;
    return (
      buffers * (layout.length + ALIGNMENT) + scratchOf(kind, spec, segmentsOf(spec, layout)) + ALIGNMENT
    );
  }

  /** @param saved the state of a checkpoint, which `stateFits`; that of a run's begin where it is left out */
  constructor(
    backend: Backend,
    spec: OptimizerSpec | undefined,
    layout: TrainedLayout,
    saved?: OptimizerState,
  ) {
    this.#backend = backend;
    this.#using = spec && new Using(backend, spec, layout, saved);
    this.#frozen = frozenSlots(layout);
    this.#trained =
      this.#frozen.length === 0
        ? [{ start: 0, end: layout.length }]
        : segmentsOf(resolveOptimizer('sgd'), layout);
  }

  /** After the last step; undefined where no step leaves anything. The tensors are overwritten by the step after next. */
  get state(): OptimizerState | undefined {
    const state = this.#using?.state;
    if (state === undefined) return undefined;
    const isEmpty = Object.keys(state.tensors).length + Object.keys(state.numbers).length === 0;
    return isEmpty ? undefined : state;
  }

  /** @returns whether everything is finite; where it is not, the state is that before the step */
  step(at: Step): boolean {
    const isFinite = this.#using?.step(at) ?? this.#plainStep(at);
    for (const slot of this.#frozen) viewOf(at.out, slot).set(viewOf(at.weights, slot));
    return isFinite;
  }

  #plainStep({ out, weights, gradientSum, ...rest }: Step): boolean {
    return this.#trained.every(({ start, end }) => {
      const [to, from, gradient] = [out, weights, gradientSum].map((tensor) => tensor.subarray(start, end));
      return sgdStep(this.#backend, { out: to!, weights: from!, gradientSum: gradient!, ...rest });
    });
  }
}

/** Whether `state` is what an optimizer of `spec` leaves. */
export function stateFits(spec: OptimizerSpec | undefined, state: OptimizerState | undefined): boolean {
  const kind = spec && optimizerKinds.of(spec.type);
  const tensors = spec === undefined ? [] : kind!.state(spec);
  const numbers = Object.keys(kind?.numbers?.first ?? {});
  const found = [Object.keys(state?.tensors ?? {}), Object.keys(state?.numbers ?? {})];
  return JSON.stringify([tensors, numbers]) === JSON.stringify(found);
}

/** Whether an optimizer has a momentum that a schedule may move. */
export const hasMomentum = (spec: OptimizerSpec | undefined): boolean =>
  spec !== undefined && optimizerKinds.of(spec.type).withMomentum?.(spec, 0) !== undefined;

const scratchOf = (kind: OptimizerKind, spec: OptimizerSpec, segments: readonly Segment[]): number =>
  Math.max(0, ...segments.map(({ slots }) => kind.scratch?.(spec, slots) ?? 0));

/** The steps of an optimizer that a run names. */
class Using {
  readonly #backend: Backend;
  readonly #spec: OptimizerSpec;
  readonly #kind: OptimizerKind;
  readonly #segments: readonly Segment[];
  readonly #frozen: readonly TensorSlot[];
  readonly #gradient: Float32Array;
  readonly #scratch: Float32Array;
  #spare: Tensors;
  state: OptimizerState;

  constructor(
    backend: Backend,
    spec: OptimizerSpec,
    layout: TrainedLayout,
    saved: OptimizerState | undefined,
  ) {
    const kind = optimizerKinds.of(spec.type);
    const initial = kind.initial?.(spec) ?? {};
    const allocate = (): Tensors =>
      Object.fromEntries(kind.state(spec).map((name) => [name, backend.allocate(layout.length)]));
    this.#backend = backend;
    this.#spec = spec;
    this.#kind = kind;
    this.#segments = segmentsOf(spec, layout);
    this.#frozen = frozenSlots(layout);
    this.#gradient = backend.allocate(layout.length);
    this.#scratch = backend.allocate(scratchOf(kind, spec, this.#segments));
    this.#spare = allocate();
    const tensors = allocate();
    for (const [name, tensor] of Object.entries(tensors)) {
      if (saved === undefined) tensor.fill(initial[name] ?? 0);
      else tensor.set(saved.tensors[name]!);
      // No step writes what is frozen: both buffers have it.
      this.#spare[name]!.set(tensor);
    }
    this.state = { tensors, numbers: saved?.numbers ?? kind.numbers?.first ?? {} };
  }

  step({ out, weights, gradientSum, weightSum, learningRate, step, momentum }: Step): boolean {
    const gradient = this.#gradient;
    if (!this.#backend.map('meanOf', [gradient], [gradientSum], [weightSum])) return false;
    for (const slot of this.#frozen) viewOf(gradient, slot).fill(0);
    if (!this.#clip()) return false;
    const spec = (momentum !== undefined && this.#kind.withMomentum?.(this.#spec, momentum)) || this.#spec;
    const { tensors } = this.state;
    const t = step + 1;
    const numbers = this.#kind.numbers?.after(spec, this.state.numbers, t) ?? {};
    const isFinite = this.#segments.every(({ start, end, slots, weightDecay, rate }) => {
      const cut = (tensor: Float32Array): Float32Array => tensor.subarray(start, end);
      const cutAll = (all: Tensors): Tensors =>
        Object.fromEntries(Object.entries(all).map(([name, tensor]) => [name, cut(tensor)]));
      const part = { out: cut(out), weights: cut(weights), gradient: cut(gradient) };
      const stepRate = learningRate * rate;
      return this.#kind.step({
        ...{ backend: this.#backend, spec, t, learningRate: stepRate, slots, numbers },
        ...part,
        weights: this.#decay(part, stepRate, weightDecay),
        before: cutAll(tensors),
        after: cutAll(this.#spare),
        scratch: this.#scratch,
      });
    });
    if (!isFinite) return false;
    this.state = { tensors: this.#spare, numbers };
    this.#spare = tensors;
    return true;
  }

  /** The gradient by value, then by its norm: times q = clipNorm / (norm + 1e-6) as a float32, or 1 where q is not below. */
  #clip(): boolean {
    const { clipValue, clipNorm } = this.#spec;
    const gradient = this.#gradient;
    if (clipValue !== undefined) this.#backend.map('clip', [gradient], [gradient], [clipValue]);
    if (clipNorm === undefined) return true;
    const norm = normOf(gradient);
    const quotient = clipNorm / (norm + CLIP_EPSILON);
    this.#backend.map('scale', [gradient], [gradient], [quotient < 1 ? quotient : 1]);
    return Number.isFinite(norm);
  }

  /** @returns the weights that the kind goes on from */
  #decay(
    { out, weights, gradient }: Pick<Step, 'out' | 'weights'> & { readonly gradient: Float32Array },
    learningRate: number,
    weightDecay: number,
  ): Float32Array {
    if (weightDecay === 0) return weights;
    if (!this.#spec.decoupled) {
      this.#backend.map('axpy', [gradient], [gradient, weights], [weightDecay]);
      return weights;
    }
    this.#backend.map('scale', [out], [weights], [1 - learningRate * weightDecay]);
    return out;
  }
}
