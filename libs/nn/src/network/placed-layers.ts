import { layerKinds } from '../layers/index.ts';
import { sizeOf, type LayerKind, type ParameterSpec, type Shape } from '../layers/layer.ts';
import type { TensorSlot } from '../layout.ts';
import { INPUT, type LayerEntry, type ModelSpec } from '../model/model-spec.ts';
import { NetworkError } from '../network-error.ts';

/** A layer in its place between the others: shapes known, and where its parameters lie. */
export interface PlacedLayer {
  readonly spec: LayerEntry;
  readonly kind: LayerKind;
  /** Places of the layers it reads in the list of all, in the order of its `from`; `ROWS` for the rows themselves. */
  readonly from: readonly number[];
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly parameters: readonly ParameterSpec[];
  /** In the flat buffer, in the order of `parameters`. */
  readonly slots: readonly TensorSlot[];
  /** Shapes, of one row, of what it keeps between its forward and its backward pass. */
  readonly buffers: readonly Shape[];
}

/** Where the rows stand among what layers read. */
export const ROWS = -1;

/** The layers of `model` in the order data flows, parameters one after the other without padding. @throws {NetworkError} `bad-model` */
export function placedLayersOf({ input, layers }: ModelSpec): readonly PlacedLayer[] {
  const placed: PlacedLayer[] = [];
  const places = new Map<string, number>([[INPUT, ROWS]]);
  let offset = 0;
  for (const [index, spec] of layers.entries()) {
    const blame = (what: string): NetworkError =>
      new NetworkError('bad-model', `model.layers.${index} (${spec.type} "${spec.name}"): ${what}`);
    if (places.has(spec.name)) throw blame('there is another layer of this name');
    const kind = layerKinds.of(spec.type);
    const from = placesOf(spec, index, places, blame);
    if (from.length > (kind.mostInputs ?? 1)) throw blame(`reads ${from.length} layers, and can read one`);
    const [first, ...others] = from.map((at) => (at === ROWS ? input : placed[at]!.outputShape));
    const outputShape = blamed(blame, () => kind.outputShape(spec, first!, ...others));
    const parameters = kind.parameters(spec, first!);
    const slots = parameters.map((parameter) => {
      const slot = {
        name: `${spec.name}.${parameter.name}`,
        shape: parameter.shape,
        offset,
        length: sizeOf(parameter.shape),
      };
      offset += slot.length;
      return slot;
    });
    const buffers = kind.buffers?.(spec, first!) ?? [];
    placed.push({ spec, kind, from, inputShape: first!, outputShape, parameters, slots, buffers });
    places.set(spec.name, index);
  }
  return placed;
}

function placesOf(
  { from }: LayerEntry,
  index: number,
  places: ReadonlyMap<string, number>,
  blame: (what: string) => NetworkError,
): readonly number[] {
  if (from === undefined) return [index - 1];
  return from.map((name) => {
    const place = places.get(name);
    if (place === undefined) throw blame(`reads "${name}", and no layer before it has that name`);
    return place;
  });
}

/** What a kind says of an input it cannot take, with the place of the layer. */
function blamed(blame: (what: string) => NetworkError, outputShape: () => Shape): Shape {
  try {
    return outputShape();
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw blame(error.message.replace(`${error.code}: `, ''));
  }
}
