import { initialize } from './initializers/index.ts';
import { fillParameters } from './initializers/fill-parameters.ts';
import type { ModelSpec } from './model/model-spec.ts';

/**
 * Each parameter by its initializer, from the Philox stream of `seed` (contract, section 4).
 * @param out flat, in the layout of `spec`; overwritten
 */
export const initialWeights = (spec: ModelSpec, seed: number, out: Float32Array): void =>
  fillParameters(spec, seed, out, initialize);
