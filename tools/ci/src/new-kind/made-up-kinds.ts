/** Kinds that nobody needs, each as somebody would write it: files, and a line in each list they belong to. */

/** A line behind `after`, or `with` in place of it. */
export interface Insertion {
  readonly file: string;
  readonly after: string;
  readonly line: string;
}

export interface MadeUpKind {
  /** "optimizer" */
  readonly sort: string;
  /** New ones by their paths. */
  readonly files: Readonly<Record<string, string>>;
  readonly insertions: readonly Insertion[];
  /** Whether kernels are made of it. */
  readonly hasOperations: boolean;
  /** Packages and files of the contract tests that it has to pass, of which none is written for it. */
  readonly tests: readonly (readonly [folder: string, ...files: string[]])[];
}

const OPTIMIZER = `import * as v from 'valibot';
import type { OptimizerKind } from './optimizer.ts';

/** A made-up one: w - lr * (g / (|m| + 1)) by way of an average m of g. */
export interface MadeUp {
  readonly type: 'made-up';
}

export const madeUp: OptimizerKind<MadeUp, 'mean'> = {
  type: 'made-up',
  learningRate: 0.01,
  weightDecay: 0,
  isDecoupled: false,
  schema: v.strictObject({ type: v.literal('made-up') }),
  state: () => ['mean'],
  step({ backend, learningRate, out, weights, gradient, before, after }) {
    backend.map('movingAverage', [after.mean], [before.mean, gradient], [0.1]);
    return backend.map('descend', [out], [weights, after.mean], [learningRate]);
  },
};
`;

const LOSS = `import * as v from 'valibot';
import { eachError, sumOfMeans, type LossKind } from './loss.ts';

const fround = Math.fround;

/** A made-up one: mean over outputs of d^4 / 4 with d = out - label. */
export interface MadeUp {
  readonly type: 'made-up';
}

export const madeUp: LossKind<MadeUp> = {
  type: 'made-up',
  schema: v.strictObject({ type: v.literal('made-up') }),
  target: () => 'values',
  link: 'identity',
  gradient: (at) => {
    const factor = fround(1 / at.width);
    eachError(at, (output, label) => {
      const d = fround(output - label);
      return fround(fround(fround(d * d) * d) * factor);
    });
  },
  sum: (at, leafRows) =>
    sumOfMeans(at, leafRows, (output, label) => {
      const d = fround(output - label);
      return (d * d * (d * d)) / 4;
    }),
};
`;

const ACTIVATION = `import type { f32 } from '../forms.ts';

const fround = Math.fround;

/** A made-up one: x / (1 + |x|) (softsign). */
export function madeUp(x: f32): f32 {
  const divisor = fround(1 + Math.abs(x));
  return fround(x / divisor);
}

/** dz / (1 + |x|)^2. */
export function madeUpBackward(dz: f32, x: f32): f32 {
  const divisor = fround(1 + Math.abs(x));
  const once = fround(dz / divisor);
  return fround(once / divisor);
}
`;

const GOLDEN = ['libs/nn', 'src/golden/golden.test.ts'] as const;

export const MADE_UP_KINDS: readonly MadeUpKind[] = [
  {
    sort: 'optimizer',
    files: { 'libs/nn/src/optimizers/made-up.ts': OPTIMIZER },
    insertions: [
      {
        file: 'libs/nn/src/optimizers/index.ts',
        after: "import { lion } from './lion.ts';\n",
        line: "import { madeUp } from './made-up.ts';\n",
      },
      { file: 'libs/nn/src/optimizers/index.ts', after: ' lion, ', line: 'madeUp, ' },
    ],
    hasOperations: false,
    tests: [
      [...GOLDEN, 'src/optimizers/optimizers.test.ts'],
      ['tools/golden', 'src/vectors'],
    ],
  },
  {
    sort: 'loss',
    files: { 'libs/nn/src/losses/made-up.ts': LOSS },
    insertions: [
      {
        file: 'libs/nn/src/losses/index.ts',
        after: "from './loss.ts';\n",
        line: "import { madeUp } from './made-up.ts';\n",
      },
      { file: 'libs/nn/src/losses/index.ts', after: '  klDivergence,\n', line: '  madeUp,\n' },
    ],
    hasOperations: false,
    tests: [
      [...GOLDEN, 'src/losses/losses.test.ts'],
      ['tools/golden', 'src/vectors'],
      ['tools/schemas', 'src'],
    ],
  },
  {
    sort: 'activation',
    files: { 'libs/math/src/ops/activations/made-up.ts': ACTIVATION },
    insertions: [
      {
        file: 'libs/math/src/ops/index.ts',
        after: "from './activations/leaky-relu.ts';\n",
        line: "export { madeUp, madeUpBackward } from './activations/made-up.ts';\n",
      },
      {
        file: 'libs/nn/src/layers/activations.ts',
        after: 'export const ACTIVATIONS = [\n',
        line: "  plain('made-up', { forward: 'madeUp', backward: 'madeUpBackward', reads: 'input' }),\n",
      },
    ],
    hasOperations: true,
    tests: [
      [...GOLDEN, 'src/layers/layers.test.ts'],
      ['libs/math', 'src/wasm/wasm-backend.test.ts'],
      ['tools/golden', 'src/vectors'],
      ['tools/schemas', 'src'],
      ['tools/kernels', 'src/kernel-sources.test.ts'],
    ],
  },
];
