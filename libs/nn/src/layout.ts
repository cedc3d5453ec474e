import { placedLayersOf } from './network/placed-layers.ts';
import type { ModelSpec } from './model/model-spec.ts';

/** Where one tensor lies in the flat buffer. `offset` and `length` count elements. */
export interface TensorSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/** Where every parameter lies: W1, B1, W2, B2, ..., without padding. Weights, gradient, wire and checkpoint share it. */
export interface ParameterLayout {
  readonly slots: readonly TensorSlot[];
  /** Elements of the flat buffer: the parameter count. */
  readonly length: number;
}

/** The layout of `spec`'s parameters: `layers.0.weight` [inputs, outputs], `layers.0.bias` [outputs], `layers.1.weight`, ... */
export function layoutOf(spec: ModelSpec): ParameterLayout {
  const slots = placedLayersOf(spec).flatMap((layer) => layer.slots);
  return { slots, length: slots.reduce((sum, { length }) => sum + length, 0) };
}

/** A window onto the flat buffer, never a copy. */
export const viewOf = (flat: Float32Array, slot: TensorSlot): Float32Array =>
  flat.subarray(slot.offset, slot.offset + slot.length);
