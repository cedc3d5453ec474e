import type { Activation, ModelSpec } from '../model.ts';

/** A model of the seed's family. */
export const mlp = (sizes: readonly number[], outputActivation: Activation = 'linear'): ModelSpec => ({
  sizes,
  hiddenActivation: 'sigmoid',
  outputActivation,
  loss: 'squared-error',
});

/** `length` values around zero that differ from each other, the same each time. */
export const wave = (length: number, phase: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(1.7 * i + phase)));
