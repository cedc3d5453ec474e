import { STREAMS } from '@lockstep/data';
import { Philox, referenceBackend as backend } from '@lockstep/math';
import {
  examplesOf,
  initializerKinds,
  layerKinds,
  learningRateAt,
  Optimizer,
  optimizerKinds,
  resolveOptimizer,
  scheduleKinds,
  sizeOf,
  WeightAverage,
  type LayerKind,
  type ParameterLayout,
  type ScheduleSpec,
  type Shape,
} from '@lockstep/nn';
import { float64Hex, tensorHex } from './bits.ts';
import { someFloats } from './some-floats.ts';

const [ROWS, LEAF_ROWS] = [3, 2];
/** The last row's number does not fit into 16 bits. */
const PASS = { seed: 20_261_130, step: 70_001, firstRow: 65_534 };
/** The layer's place in its model. */
const INDEX = 3;
/** Wider than 16 lanes. */
const SHAPE: Shape = [19];
/** Of what takes some axes together, and of a leaf with more positions than a block of 256. */
const [OF_AXES, OF_MANY_POSITIONS]: readonly [Shape, Shape] = [
  [4, 5],
  [130, 1],
];

/** The shapes on which there is a vector of a layer. */
function shapesOf(kind: LayerKind, spec: object): readonly Shape[] {
  if (kind.family !== 'normalisation') return [SHAPE];
  if ('axes' in spec) return [OF_AXES];
  return kind.type === 'rms-norm' ? [SHAPE, OF_AXES, OF_MANY_POSITIONS] : [SHAPE, OF_AXES];
}

/** A layer on three rows: forward, back, and the gradient in two leaves. */
function layer(kind: LayerKind, spec: { readonly type: string }, shape: Shape): unknown {
  const inputCount = kind.mostInputs === undefined ? 1 : 2;
  const size = sizeOf(shape);
  const outputShape = kind.outputShape(spec, shape, ...(inputCount === 2 ? [shape] : []));
  let taken = 0;
  const some = (length: number): Float32Array => {
    taken += length;
    return someFloats(length, taken - length);
  };
  const inputs = Array.from({ length: inputCount }, () => some(ROWS * size).map((value) => 3 * value));
  const outputError = some(ROWS * sizeOf(outputShape));
  const specs = kind.parameters(spec, shape);
  const parameters = specs.map((parameter) => some(sizeOf(parameter.shape)));
  const gradients = parameters.map(({ length }) => new Float32Array(length));
  const run = {
    ...{ spec, backend, index: INDEX, rows: ROWS, inputShape: shape, outputShape, pass: PASS },
    ...{ inputs, input: inputs[0]!, outputError, parameters, gradients },
    ...{ leafRows: LEAF_ROWS, ordinal: 0, share: 0, shares: 1 },
    output: new Float32Array(ROWS * sizeOf(outputShape)),
    inputError: new Float32Array(ROWS * size),
    buffers: (kind.buffers?.(spec, shape) ?? []).map((kept) => new Float32Array(ROWS * sizeOf(kept))),
  };
  kind.forward(run);
  if (kind.passesError === true) run.inputError.set(outputError);
  else kind.backward(run);
  kind.accumulate?.(run);
  const named = (tensors: readonly Float32Array[]): unknown =>
    Object.fromEntries(specs.map(({ name }, at) => [name, tensorHex(tensors[at]!)]));
  return {
    layer: spec,
    shape,
    inputs: inputs.map(tensorHex),
    parameters: named(parameters),
    output: tensorHex(run.output),
    outputError: tensorHex(outputError),
    inputError: tensorHex(run.inputError),
    gradients: named(gradients),
  };
}

/** Which units of three rows a dropout keeps, as a digit each. */
function dropoutMask(rate: number): unknown {
  const kind = layerKinds.of('dropout');
  const spec = { type: 'dropout', rate };
  const ones = new Float32Array(ROWS * SHAPE[0]!).fill(1);
  const output = new Float32Array(ones.length);
  kind.forward({
    ...{ spec, backend, index: INDEX, rows: ROWS, inputShape: SHAPE, outputShape: SHAPE, pass: PASS },
    ...{ inputs: [ones], input: ones, output, parameters: [], outputError: ones, inputError: undefined },
    buffers: [new Float32Array(ones.length)],
  });
  const digits = Array.from(output, (value) => (value === 0 ? '0' : '1')).join('');
  return { rate, kept: Array.from({ length: ROWS }, (_, row) => digits.slice(row * 19, row * 19 + 19)) };
}

const LAYOUT: ParameterLayout = {
  slots: [
    { name: 'layers.0.weight', shape: [3, 4], offset: 0, length: 12 },
    { name: 'layers.0.bias', shape: [4], offset: 12, length: 4 },
    { name: 'layers.1.weight', shape: [4, 2], offset: 16, length: 8 },
  ],
  length: 24,
};
/** As many as RAdam needs for its second form. */
const STEPS = 7;
const WEIGHT_SUM = 5;

/** Steps of an optimizer from the same weights, with the sums of gradients that each step is given. */
function optimizer(given: object, learningRate: number): unknown {
  const spec = resolveOptimizer(given);
  const run = new Optimizer(backend, spec, LAYOUT);
  const weights = someFloats(LAYOUT.length);
  for (let step = 0; step < STEPS; step++) {
    const gradientSum = someFloats(LAYOUT.length, (step + 1) * LAYOUT.length).map((value) => 3 * value);
    run.step({ out: weights, weights, gradientSum, weightSum: WEIGHT_SUM, learningRate, step });
  }
  const { tensors = {}, numbers = {} } = run.state ?? {};
  const hexOf = <T>(values: Readonly<Record<string, T>>, hex: (value: T) => unknown): unknown =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hex(value)]));
  return {
    ...{ optimizer: spec, learningRate, weightsAfter: tensorHex(weights) },
    state: hexOf(tensors, tensorHex),
    numbers: hexOf(numbers, float64Hex),
  };
}

const COMMON = [
  { type: 'sgd', momentum: 0.9, clipValue: 0.5, clipNorm: 1, weightDecay: 0.01 },
  { type: 'sgd', weightDecay: 0.1, decoupled: true, decays: 'matrices' },
  { type: 'adam', groups: [{ match: '*.bias', rate: 3 }] },
];

const optimizers = (): unknown => ({
  layout: LAYOUT.slots.map(({ name, shape }) => ({ name, shape })),
  weightSum: WEIGHT_SUM,
  weights: tensorHex(someFloats(LAYOUT.length)),
  gradientSums: Array.from({ length: STEPS }, (_, step) =>
    tensorHex(someFloats(LAYOUT.length, (step + 1) * LAYOUT.length).map((value) => 3 * value)),
  ),
  cases: [
    ...optimizerKinds.types.flatMap((type) => {
      const kind = optimizerKinds.of(type);
      return examplesOf(kind, kind.schema).map((spec) => optimizer(spec, kind.learningRate));
    }),
    ...COMMON.map((given) => optimizer(given, 0.1)),
  ],
});

/** A moving average of weights over the steps of others. */
function average(decay: number): unknown {
  const begin = someFloats(4);
  const steps = [1, 2, 3].map((step) => someFloats(4, 4 * step));
  const kept = new WeightAverage(decay, begin);
  for (const weights of steps) kept.follow(weights);
  return {
    ...{ decay, begin: tensorHex(begin), weights: steps.map(tensorHex) },
    average: Array.from(kept.values, float64Hex),
    rounded: tensorHex(kept.rounded()),
  };
}

const RUN = { stepsPerEpoch: 10, steps: 40 };

const schedules = (): unknown =>
  scheduleKinds.types.flatMap((type) => {
    const kind = scheduleKinds.of(type);
    return (examplesOf(kind, kind.schema(RUN)) as readonly ScheduleSpec[]).map((schedule) => ({
      ...{ schedule, base: 0.1 },
      rates: Array.from({ length: 45 }, (_, step) => float64Hex(learningRateAt(schedule, 0.1, step))),
    }));
  });

const initializers = (): unknown =>
  initializerKinds.types.flatMap((type) => {
    const kind = initializerKinds.of(type);
    return examplesOf(kind, kind.schema).map((spec) => {
      const out = new Float32Array(15);
      const draws = { generator: new Philox(1, STREAMS.initialWeights), parameter: 0, layer: 2 };
      kind.fill({ spec, out, shape: [3, 5], fans: { inputs: 3, outputs: 5 }, draws });
      return { initializer: spec, shape: [3, 5], seed: 1, layer: 2, values: tensorHex(out) };
    });
  });

/** Vectors of the kinds of layers, optimizers, schedules and initializers, each with its defaults and its examples. */
export const kindVectors = (): Readonly<Record<string, unknown>> => ({
  layers: {
    ...{ rows: ROWS, leafRows: LEAF_ROWS, index: INDEX, ...PASS },
    cases: layerKinds.types
      .map((type) => layerKinds.of(type))
      .filter(({ isView }) => isView === undefined)
      .flatMap((kind) =>
        examplesOf(kind, kind.schema).flatMap((spec) =>
          shapesOf(kind, spec).map((shape) => layer(kind, spec, shape)),
        ),
      ),
  },
  dropout: { width: SHAPE[0], layer: INDEX, ...PASS, masks: [0.1, 0.5, 0.9].map(dropoutMask) },
  optimizers: optimizers(),
  averages: [average(0.9), average(0.9999)],
  schedules: schedules(),
  initializers: initializers(),
});
