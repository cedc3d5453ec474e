import type { Backend } from '@lockstep/math';
import * as v from 'valibot';

/** An optimizer as data, of whatever kind. */
export interface AnyOptimizerSpec {
  readonly type: string;
}

/** Float64 numbers that a kind keeps from step to step beside its tensors. */
export type Numbers = Readonly<Record<string, number>>;

/** A parameter among those of one call of `step`. */
export interface OptimizerSlot {
  readonly shape: readonly number[];
  /** Where it lies in the tensors of the call: elements [start, end). */
  readonly start: number;
  readonly end: number;
  /** Whether it is the last matrix of the network. */
  readonly isOutput: boolean;
}

/** A step of the parameters that have settings in common; every tensor is [elements of `slots`]. */
export interface OptimizerStep<S extends AnyOptimizerSpec = AnyOptimizerSpec, N extends string = string> {
  readonly backend: Backend;
  readonly spec: S;
  /** 1 in the first step of a run. */
  readonly t: number;
  /** With schedule and groups, in float64. */
  readonly learningRate: number;
  readonly slots: readonly OptimizerSlot[];
  /** The parameters after the step; may be `weights`. */
  readonly out: Float32Array;
  /** The parameters before it, less their decoupled decay. */
  readonly weights: Float32Array;
  /** The mean gradient, clipped, with coupled decay; the kind may write to it. */
  readonly gradient: Float32Array;
  /** The kind's tensors before the step, and where those after it go. */
  readonly before: Readonly<Record<N, Float32Array>>;
  readonly after: Readonly<Record<N, Float32Array>>;
  /** The kind's numbers after the step. */
  readonly numbers: Numbers;
  /** Floats to compute with, as many as `scratch` asked for. */
  readonly scratch: Float32Array;
}

/**
 * One kind of optimizer. Its tensors lie in the layout of the parameters, so that any run of parameters can be stepped alone; all it
 * computes for an element are operations of `@lockstep/math`, and its coefficients float64 by + - * / sqrt and `powInt` from the step's
 * number, rounded once (contract, section 4).
 */
export interface OptimizerKind<S extends AnyOptimizerSpec = AnyOptimizerSpec, N extends string = string> {
  readonly type: S['type'];
  /** The learning rate where none is given. */
  readonly learningRate: number;
  /** Weight decay where none is given, and whether it acts beside the gradient (decoupled) or as part of it. */
  readonly weightDecay: number;
  readonly isDecoupled: boolean;
  readonly schema: v.GenericSchema<unknown, S>;
  /** Settings that the golden workload tries beside the defaults; at least one where a setting has no default. */
  readonly examples?: readonly Partial<Omit<S, 'type'>>[];
  /** The settings of a step whose momentum a schedule gives; undefined where these have none. */
  withMomentum?(spec: S, momentum: number): S | undefined;
  /** Names of the tensors it keeps. */
  state(spec: S): readonly N[];
  /** What fills them at first, where it is not 0. */
  initial?(spec: S): Readonly<Partial<Record<N, number>>>;
  /** The numbers it keeps: at first, and after step `t`, which begins with 1. */
  readonly numbers?: { readonly first: Numbers; after(spec: S, before: Numbers, t: number): Numbers };
  /** Floats that a step over all of `slots` wants to compute with. */
  scratch?(spec: S, slots: readonly OptimizerSlot[]): number;
  /** @returns whether all weights and tensors after the step are finite */
  step(at: OptimizerStep<S, N>): boolean;
}

/** A number from 0. */
export const nonNegative = v.pipe(v.number(), v.finite(), v.minValue(0, 'expected a number from 0'));
/** A number above 0. */
export const positive = v.pipe(v.number(), v.finite(), v.gtValue(0, 'expected a number above 0'));
/** What a moving average keeps of itself in a step. */
export const beta = v.pipe(
  v.number(),
  v.minValue(0, 'expected a number from 0, below 1'),
  v.ltValue(1, 'expected a number from 0, below 1'),
);
