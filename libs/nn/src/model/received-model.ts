import { layerKinds } from '../layers/index.ts';
import { lossKinds } from '../losses/index.ts';
import { planOf } from '../network/plan.ts';
import { NetworkError } from '../network-error.ts';
import { LAYER_NAME, MAX_LAYERS, type ModelSpec } from './model-spec.ts';
import { perceptronModel, type Perceptron } from './perceptron.ts';

/** Longest axis of a tensor. */
const MAX_LENGTH = 2 ** 31 - 1;

/**
 * A model as a coordinator tells it to those who compute: what `resolveModel` gave there, or sizes, as runs were described once. Every
 * setting was checked where the run began, by schemas that no browser tab has to load; checked here is what memory, loops and lists go
 * by, so that no peer's words can do more harm than a wrong number.
 * @param given a JSON value
 * @throws {NetworkError} `bad-model`, with the place in it and what was expected
 */
export function receivedModel(given: unknown): ModelSpec {
  const model = isObject(given) && 'sizes' in given ? oldModel(given) : (given as ModelSpec);
  try {
    checkFrame(model);
    checkShapes(model);
    return model;
  } catch (cause) {
    if (cause instanceof NetworkError) throw cause;
    // A kind that was handed what its schema would have refused.
    throw bad('model', 'settings that its kinds of layers and loss can use', { cause });
  }
}

function checkFrame({ layers, loss, ...model }: ModelSpec): void {
  expect(isShape(model.input), 'model.input', 'a list of lengths');
  const isList = Array.isArray(layers) && layers.length > 0 && layers.length <= MAX_LAYERS;
  expect(isList, 'model.layers', `a list of 1 to ${MAX_LAYERS} layers`);
  for (const [index, { type, name, from = [] }] of layers.entries()) {
    const place = `model.layers.${index}`;
    expect(typeof name === 'string' && LAYER_NAME.test(name), `${place}.name`, 'a name');
    expect(Array.isArray(from), `${place}.from`, 'a list of names');
    expectKind(layerKinds, type, place);
  }
  expectKind(lossKinds, loss.type, 'model.loss');
}

/** Of one that is missing here: whoever told of it knows more kinds. */
function expectKind(kinds: { readonly types: readonly string[] }, type: unknown, place: string): void {
  if (kinds.types.includes(type as string)) return;
  throw bad(
    `${place}.type`,
    `one of ${kinds.types.join(', ')}, found ${JSON.stringify(type)}; use the coordinator's version of Lockstep here, with the kinds it has registered`,
  );
}

function checkShapes(model: ModelSpec): void {
  const { layers, widths } = planOf(model);
  expect([...widths].every(isLength), 'model', 'lengths of tensors that are whole numbers');
  for (const [index, { outputShape, parameters }] of layers.entries()) {
    const shapes = [outputShape, ...parameters.map(({ shape }) => shape)];
    expect(shapes.every(isShape), `model.layers.${index}`, 'lengths that are whole numbers from 1 up');
  }
}

function oldModel({ sizes, outputActivation }: Readonly<Record<string, unknown>>): ModelSpec {
  expect(isShape(sizes) && sizes.length > 1, 'model.sizes', 'a list of lengths');
  return perceptronModel({ sizes, outputActivation } as Perceptron);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isLength = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_LENGTH;

const isShape = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isLength);

function expect(isRight: boolean, place: string, what: string): asserts isRight {
  if (!isRight) throw bad(place, what);
}

const bad = (place: string, expected: string, options?: ErrorOptions): NetworkError =>
  new NetworkError('bad-model', `${place}: expected ${expected}`, options);
