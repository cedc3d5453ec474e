import { layersOf, type ModelSpec } from './model.ts';

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
  const slots: TensorSlot[] = [];
  let offset = 0;
  const place = (name: string, shape: readonly number[]): void => {
    const length = shape.reduce((product, size) => product * size, 1);
    slots.push({ name, shape, offset, length });
    offset += length;
  };
  layersOf(spec).forEach((layer, index) => {
    place(`layers.${index}.weight`, [layer.inputs, layer.outputs]);
    place(`layers.${index}.bias`, [layer.outputs]);
  });
  return { slots, length: offset };
}

/** A window onto the flat buffer, never a copy. */
export const viewOf = (flat: Float32Array, slot: TensorSlot): Float32Array =>
  flat.subarray(slot.offset, slot.offset + slot.length);

/** The views of one layer's W and B on a flat buffer. */
export interface LayerViews {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Each layer's views on `flat`, in the order data flows. */
export function layerViewsOf(flat: Float32Array, layout: ParameterLayout): readonly LayerViews[] {
  const views: LayerViews[] = [];
  for (let index = 0; index < layout.slots.length; index += 2) {
    views.push({
      weight: viewOf(flat, layout.slots[index]!),
      bias: viewOf(flat, layout.slots[index + 1]!),
    });
  }
  return views;
}
