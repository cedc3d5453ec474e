import type { ModelSpec } from '../model/model-spec.ts';
import { perceptronModel } from '../model/perceptron.ts';

/** A model of the specification's family. */
export const mlp = (sizes: readonly number[], outputActivation = 'linear'): ModelSpec =>
  perceptronModel({ sizes, outputActivation });

/** The first training pass of some run. */
export const FIRST_PASS = { seed: 3, step: 0, firstRow: 0 };

/** `length` values around zero that differ from each other, the same each time. */
export const wave = (length: number, phase: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(1.7 * i + phase)));
