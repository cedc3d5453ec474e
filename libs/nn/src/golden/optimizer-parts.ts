import type { Backend } from '@lockstep/math';
import type { ParameterLayout } from '../layout.ts';
import { optimizerKinds, resolveOptimizer } from '../optimizers/index.ts';
import type { OptimizerKind } from '../optimizers/optimizer.ts';
import { Optimizer } from '../optimizers/optimizer-run.ts';
import { examplesOf } from './examples.ts';
import { GoldenNumbers, type Kind } from './golden-numbers.ts';
import type { GoldenPart, Keep } from './golden-part.ts';

/** Two matrices with their biases: one wide, one tall, which is the last. */
const SHAPES = [[3, 7], [7], [7, 2], [2]];
/** Of the gradient of each step; the last does not end well and must leave everything as it was. */
const NUMBERS: readonly Kind[] = [
  ...(['ordinary', 'halfway', 'subnormal', 'zeros', 'bending', 'ordinary', 'ordinary', 'ordinary'] as const),
  'extreme',
];
/** What the rows of a step count together. */
const WEIGHT_SUM = 7;

/** What all kinds can be told: clipping, decay, groups. */
const COMMON = [
  { type: 'sgd', momentum: 0.9, clipValue: 0.5, clipNorm: 1, weightDecay: 0.01 },
  { type: 'sgd', weightDecay: 0.1, decoupled: true, decays: 'matrices' },
  { type: 'adam', weightDecay: 0.1, groups: [{ match: '*.bias', rate: 3, weightDecay: 0 }] },
];

function layout(): ParameterLayout {
  let length = 0;
  const slots = SHAPES.map((shape, index) => {
    const name = `layers.${index >> 1}.${shape.length > 1 ? 'weight' : 'bias'}`;
    const slot = { name, shape, offset: length, length: shape.reduce((size, each) => size * each, 1) };
    length += slot.length;
    return slot;
  });
  return { slots, length };
}

function train(backend: Backend, keep: Keep, given: object, learningRate: number): void {
  const numbers = new GoldenNumbers(backend);
  const parameters = layout();
  const optimizer = new Optimizer(backend, resolveOptimizer(given), parameters);
  let weights = numbers.tensor(parameters.length, 'ordinary');
  let out = backend.allocate(parameters.length);
  for (const [step, kind] of NUMBERS.entries()) {
    const gradientSum = numbers.tensor(parameters.length, kind);
    const at = { out, weights, gradientSum, weightSum: WEIGHT_SUM, learningRate, step };
    const isFinite = optimizer.step(at);
    if (isFinite) [weights, out] = [out, weights];
    keep(weights);
    keep(Float64Array.of(Number(isFinite)));
  }
  const { tensors, numbers: kept } = optimizer.state ?? { tensors: {}, numbers: {} };
  for (const tensor of Object.values(tensors)) keep(tensor);
  keep(Float64Array.from(Object.values(kept)));
}

const partOf = (kind: OptimizerKind): GoldenPart => ({
  name: `optimizer ${kind.type}`,
  run: (backend, keep) => {
    for (const spec of examplesOf(kind, kind.schema)) train(backend, keep, spec, kind.learningRate);
  },
});

/** Each kind of optimizer: some steps of it, and what it keeps; then what all kinds can be told. */
export const optimizerParts = (): readonly GoldenPart[] => [
  ...optimizerKinds.types.map((type) => partOf(optimizerKinds.of(type))),
  {
    name: 'clipping and decay',
    run: (backend, keep) => {
      for (const given of COMMON) train(backend, keep, given, 0.1);
    },
  },
];
