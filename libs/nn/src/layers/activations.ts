import * as v from 'valibot';
import { activation, plain } from './activation.ts';

/**
 * The activations: a new one is a file of definitions in `libs/math/src/ops/activations`, which says its formula, and a line here. Names and
 * defaults are those of PyTorch.
 */

/** The contract's (section 1). */
const sigmoid = plain('sigmoid', { forward: 'sigmoid', backward: 'sigmoidBackward', reads: 'output' });
const tanh = plain('tanh', { forward: 'tanh', backward: 'tanhBackward', reads: 'output' });
const relu = plain('relu', { forward: 'relu', backward: 'reluBackward', reads: 'output' });
/** By the error function; `gelu-tanh` is near it. */
const gelu = plain('gelu', { forward: 'gelu', backward: 'geluBackward', reads: 'input' });
const geluTanh = plain('gelu-tanh', { forward: 'geluTanh', backward: 'geluTanhBackward', reads: 'input' });
const silu = plain('silu', { forward: 'silu', backward: 'siluBackward', reads: 'input' });
const softplus = plain('softplus', { forward: 'softplus', backward: 'softplusBackward', reads: 'input' });
const hardSigmoid = plain('hard-sigmoid', {
  forward: 'hardSigmoid',
  backward: 'hardSigmoidBackward',
  reads: 'input',
});

/** A setting from 0 up: with it the sign of an output is that of its input. */
const fromZero = v.pipe(v.number(), v.finite(), v.minValue(0, 'expected a number from 0 up'));

export interface LeakyReluSpec {
  readonly type: 'leaky-relu';
  /** Of the outputs below 0. */
  readonly slope: number;
}

const leakyRelu = activation<LeakyReluSpec>('leaky-relu', {
  schema: v.strictObject({ type: v.literal('leaky-relu'), slope: v.optional(fromZero, 0.01) }),
  forward: 'leakyRelu',
  backward: 'leakyReluBackward',
  reads: 'output',
  scalars: ({ slope }) => [slope],
});

export interface EluSpec {
  readonly type: 'elu';
  /** How far below 0 outputs reach. */
  readonly alpha: number;
}

const elu = activation<EluSpec>('elu', {
  schema: v.strictObject({ type: v.literal('elu'), alpha: v.optional(fromZero, 1) }),
  forward: 'elu',
  backward: 'eluBackward',
  reads: 'output',
  scalars: ({ alpha }) => [alpha],
});

export const ACTIVATIONS = [
  sigmoid,
  tanh,
  relu,
  leakyRelu,
  elu,
  gelu,
  geluTanh,
  silu,
  softplus,
  hardSigmoid,
] as const;

type SpecOf<Kind> = Kind extends { readonly schema: v.GenericSchema<unknown, infer S> } ? S : never;

export type ActivationSpec = SpecOf<(typeof ACTIVATIONS)[number]>;
