import * as v from 'valibot';
import { badSpec, parseSpec } from '../kinds/parse-spec.ts';
import { layerKinds } from '../layers/index.ts';
import type { Shape } from '../layers/layer.ts';
import { resolveLoss } from '../losses/index.ts';
import { planOf } from '../network/plan.ts';
import { layerName, MAX_LAYERS, type LayerEntry, type ModelSpec } from './model-spec.ts';
import { perceptronModel } from './perceptron.ts';

/** What a model is made for, where it does not say so itself. */
export interface ModelPlace {
  /** The shape of a row. */
  readonly input: Shape;
}

const PLACE = { code: 'bad-model', path: 'model' } as const;
const MOST_AXES = 8;

const shape = v.pipe(
  v.array(v.pipe(v.number(), v.integer(), v.minValue(1))),
  v.minLength(1),
  v.maxLength(MOST_AXES),
);

const modelSchema = v.strictObject({
  /** For editors. */
  $schema: v.optional(v.string()),
  input: v.optional(shape),
  layers: v.pipe(
    v.array(v.looseObject({})),
    v.minLength(1, 'expected at least one layer'),
    v.maxLength(MAX_LAYERS, `expected at most ${MAX_LAYERS} layers`),
  ),
  loss: v.optional(v.unknown(), { type: 'squared-error' }),
});

const frameSchema = v.looseObject({
  type: v.string(),
  name: v.optional(layerName),
  from: v.optional(
    v.union([
      v.pipe(
        v.string(),
        v.transform((name) => [name]),
      ),
      v.pipe(v.array(v.string()), v.minLength(1)),
    ]),
  ),
});

/** How models were written before they were lists of layers: such runs go on. */
const perceptronSchema = v.strictObject({
  sizes: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1))), v.minLength(2), v.maxLength(66)),
  hiddenActivation: v.literal('sigmoid'),
  outputActivation: v.picklist(['sigmoid', 'linear']),
  loss: v.literal('squared-error'),
});

/**
 * What a run keeps of the model that a person or a file gave: everything said, and every layer with a name.
 * @param given a JSON value
 * @throws {NetworkError} `bad-model`, with the path in it, what was expected and what was found
 */
export function resolveModel(given: unknown, place?: ModelPlace): ModelSpec {
  if (typeof given === 'object' && given !== null && 'sizes' in given) {
    const { sizes, outputActivation } = parseSpec(perceptronSchema, given, PLACE);
    return checked(perceptronModel({ sizes, outputActivation }));
  }
  const model = parseSpec(modelSchema, given, PLACE);
  const input = model.input ?? place?.input;
  if (input === undefined) throw badSpec(PLACE, 'input', 'is missing');
  const layers = model.layers.map((layer, index) => resolveLayer(layer, index));
  return checked({ input, layers, loss: resolveLoss(model.loss) });
}

function resolveLayer(given: unknown, index: number): LayerEntry {
  const place = { ...PLACE, path: `model.layers.${index}` };
  const { name = `layers.${index}`, from, ...settings } = parseSpec(frameSchema, given, place);
  const kind = layerKinds.find(settings.type);
  if (kind === undefined) {
    throw badSpec(
      place,
      'type',
      `expected one of ${layerKinds.types.join(', ')}, found ${JSON.stringify(settings.type)}`,
    );
  }
  const spec = parseSpec(kind.schema, settings, place);
  return { name, ...spec, ...(from !== undefined && { from }) };
}

/** A model whose layers fit together. */
function checked(model: ModelSpec): ModelSpec {
  planOf(model);
  return model;
}
