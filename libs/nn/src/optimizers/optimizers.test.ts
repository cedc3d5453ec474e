import { createBackend, referenceBackend, type Backend } from '@lockstep/math';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf, viewOf } from '../layout.ts';
import { perceptronModel } from '../model/perceptron.ts';
import { NetworkError } from '../network-error.ts';
import { frozenLayout } from './frozen.ts';
import { defaultLearningRate, isPlain, optimizerKinds, resolveOptimizer } from './index.ts';
import { normOf } from './norm.ts';
import { Optimizer, stateFits, type OptimizerState } from './optimizer-run.ts';
import { segmentsOf } from './segments.ts';

const layout = layoutOf(perceptronModel({ sizes: [3, 4, 2], outputActivation: 'linear' }));

/** Every kind, and the settings that give it other tensors. */
const SPECS = [
  ...optimizerKinds.types.map((type) => ({ type })),
  { type: 'sgd', momentum: 0.9 },
  { type: 'sgd', momentum: 0.9, nesterov: true, clipNorm: 0.5, clipValue: 0.25 },
  { type: 'adam', amsgrad: true, weightDecay: 0.1 },
  { type: 'rmsprop', centred: true, momentum: 0.5 },
  { type: 'adamw', decays: 'matrices', groups: [{ match: 'layers.1.*', rate: 0.5 }] },
];
const named = SPECS.map((given) => [JSON.stringify(given), given] as const);

const numbersFrom = (seed: number, length = layout.length): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.fround((((i + 1) * seed * 2_654_435_761) % 2003) / 700 - 1.4));

const bitsOf = (values: Float32Array): number[] => [
  ...new Uint32Array(values.buffer, values.byteOffset, values.length),
];

/** Weights after each of the steps [from, to), with a gradient for each step's number. */
function trained(run: Optimizer, weights: Float32Array, from: number, to: number): Float32Array {
  for (let step = from; step < to; step++) {
    const gradientSum = numbersFrom(step + 7);
    expect(run.step({ out: weights, weights, gradientSum, weightSum: 3, learningRate: 0.03, step })).toBe(
      true,
    );
  }
  return weights;
}

const copyOf = (state: OptimizerState | undefined): OptimizerState | undefined =>
  state && {
    numbers: { ...state.numbers },
    tensors: Object.fromEntries(
      Object.entries(state.tensors).map(([name, tensor]) => [name, tensor.slice()]),
    ),
  };

describe('an optimizer', () => {
  it.each(named)('goes on from its state with the bits of one that never stopped: %s', (_text, given) => {
    const spec = resolveOptimizer(given);
    const whole = trained(new Optimizer(referenceBackend, spec, layout), numbersFrom(3), 0, 9);
    const first = new Optimizer(referenceBackend, spec, layout);
    const half = trained(first, numbersFrom(3), 0, 5);
    const state = copyOf(first.state);
    expect(stateFits(spec, state)).toBe(true);
    const second = new Optimizer(referenceBackend, spec, layout, state);
    expect(bitsOf(trained(second, half, 5, 9))).toEqual(bitsOf(whole));
  });

  it.each(named)('has the bits of the reference on WebAssembly: %s', async (_text, given) => {
    const backend: Backend = (await createBackend('wasm', { heapBytes: 2 ** 20 })).backend;
    const spec = resolveOptimizer(given);
    const weights = backend.allocate(layout.length);
    weights.set(numbersFrom(3));
    trained(new Optimizer(backend, spec, layout), weights, 0, 8);
    const expected = trained(new Optimizer(referenceBackend, spec, layout), numbersFrom(3), 0, 8);
    expect(bitsOf(weights)).toEqual(bitsOf(expected));
  });

  it.each(named)(
    'diverges where any of the gradient is not finite, and its state stays: %s',
    (_text, given) => {
      const run = new Optimizer(referenceBackend, resolveOptimizer(given), layout);
      const weights = trained(run, numbersFrom(3), 0, 3);
      const before = copyOf(run.state);
      for (const bad of [NaN, Infinity, -Infinity]) {
        const gradientSum = numbersFrom(5);
        gradientSum[17] = bad;
        const out = weights.slice();
        expect(run.step({ out, weights, gradientSum, weightSum: 3, learningRate: 0.03, step: 3 })).toBe(
          false,
        );
        expect(run.state).toEqual(before);
      }
    },
  );

  it('of plain gradient descent has the bits of a run that names none, and keeps nothing', () => {
    const spec = resolveOptimizer('sgd');
    const named = new Optimizer(referenceBackend, spec, layout);
    const none = new Optimizer(referenceBackend, undefined, layout);
    expect(bitsOf(trained(named, numbersFrom(3), 0, 5))).toEqual(bitsOf(trained(none, numbersFrom(3), 0, 5)));
    expect([named.state, none.state]).toEqual([undefined, undefined]);
    expect([isPlain(spec), isPlain(resolveOptimizer({ type: 'sgd', momentum: 0.9 }))]).toEqual([true, false]);
  });

  it.each(named)('takes no more memory than it says: %s', (_text, given) => {
    const spec = resolveOptimizer(given);
    let taken = 0;
    const allocate = (length: number): Float32Array => {
      taken += length;
      return new Float32Array(length);
    };
    const run = new Optimizer({ ...referenceBackend, allocate }, spec, layout);
    trained(run, numbersFrom(3), 0, 2);
    expect(taken).toBeLessThanOrEqual(Optimizer.elementsFor(spec, layout));
  });
});

describe('what an optimizer is told', () => {
  it('is kept with everything that was left out', () => {
    expect(resolveOptimizer('adamw')).toEqual({
      ...{ type: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: false },
      ...{ weightDecay: 0.01, decoupled: true },
    });
    for (const [, given] of named) {
      const spec = resolveOptimizer(given);
      expect(resolveOptimizer(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    }
  });

  it("has PyTorch's defaults, Lion the paper's rate and optax's decay", () => {
    const expected = [
      ['sgd', 0.05, 0, false],
      ['adam', 0.001, 0, false],
      ['adamw', 0.001, 0.01, true],
      ['nadam', 0.002, 0, false],
      ['radam', 0.001, 0, false],
      ['rmsprop', 0.01, 0, false],
      ['adagrad', 0.01, 0, false],
      ['adadelta', 1, 0, false],
      ['lion', 0.0001, 0.001, true],
      ['muon', 0.001, 0.1, true],
    ] as const;
    const defaults = expected.map(([type]) => {
      const { weightDecay, decoupled } = resolveOptimizer(type);
      return [type, defaultLearningRate(resolveOptimizer(type)), weightDecay, decoupled];
    });
    expect(defaults).toEqual(expected);
  });

  it.each([
    ['adm', /optimizer\.type: expected one of sgd, adam, .*found "adm"/],
    [{ type: 'adam', beta1: 1 }, /optimizer\.beta1: expected a number from 0, below 1, found 1/],
    [{ type: 'adam', epsilon: 0 }, /optimizer\.epsilon: expected a number above 0/],
    [{ type: 'adam', momentum: 0.9 }, /optimizer\.momentum: there is no such field/],
    [{ type: 'sgd', momentum: '0.9' }, /optimizer\.momentum: expected number, found "0\.9"/],
    [{ type: 'sgd', nesterov: true }, /optimizer\.nesterov: expected a momentum above 0/],
    [{ type: 'sgd', weightDecay: -1 }, /optimizer\.weightDecay: expected a number from 0, found -1/],
    [{ type: 'sgd', clipNorm: 0 }, /optimizer\.clipNorm: expected a number above 0/],
    [
      { type: 'adam', groups: [{ match: '*.bias', decay: 0 }] },
      /optimizer\.groups\.0\.decay: there is no such/,
    ],
    [{ type: 'adam', decays: 'biases' }, /optimizer\.decays/],
    [7, /optimizer: expected Object, found 7/],
  ])('is refused where it is wrong, with its place: %j', (given, words) => {
    expect(() => resolveOptimizer(given)).toThrowError(NetworkError);
    expect(() => resolveOptimizer(given)).toThrowError(words);
  });
});

describe('groups of parameters', () => {
  it('are as few as their settings allow', () => {
    expect(segmentsOf(resolveOptimizer('adamw'), layout)).toHaveLength(1);
    const spec = resolveOptimizer({ type: 'adamw', decays: 'matrices' });
    expect(segmentsOf(spec, layout).map(({ start, end, weightDecay }) => [start, end, weightDecay])).toEqual([
      [0, 12, 0.01],
      [12, 16, 0],
      [16, 24, 0.01],
      [24, 26, 0],
    ]);
  });

  it('take a parameter by the first that fits, and say what they do not', () => {
    const groups = [{ match: 'layers.?.bias' }, { match: '*.bias', weightDecay: 0 }, { match: '*', rate: 2 }];
    const spec = resolveOptimizer({ type: 'adamw', groups: groups.slice(1) });
    expect(segmentsOf(spec, layout).map(({ weightDecay, rate }) => [weightDecay, rate])).toEqual([
      [0.01, 2],
      [0, 1],
      [0.01, 2],
      [0, 1],
    ]);
    expect(() => segmentsOf(resolveOptimizer({ type: 'adamw', groups }), layout)).toThrowError(
      /groups\.0\.match: "layers\.\?\.bias" fits no parameter; there are layers\.0\.weight, /,
    );
  });
});

describe('the norm of a gradient', () => {
  it('is the Euclidean one, whatever the number of elements', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 99 }), (length, seed) => {
        const values = numbersFrom(seed, length);
        const expected = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
        expect(Math.abs(normOf(values) - expected)).toBeLessThanOrEqual(1e-12 * expected);
      }),
      { numRuns: 30 },
    );
  });

  it('never changes: blocks of 4096 in 16 lanes, up their trees', () => {
    const block = (values: readonly number[]): number => {
      let lanes = Array.from({ length: 16 }, (_, lane) =>
        values.filter((_, i) => i % 16 === lane).reduce((sum, value) => sum + value * value, 0),
      );
      while (lanes.length > 1) {
        const half = lanes.length / 2;
        lanes = lanes.slice(0, half).map((_, i) => lanes[2 * i]! + lanes[2 * i + 1]!);
      }
      return lanes[0]!;
    };
    const values = numbersFrom(11, 3 * 4096 + 100);
    const blocks = [0, 1, 2, 3].map((at) => block([...values.subarray(at * 4096, (at + 1) * 4096)]));
    expect(normOf(values)).toBe(Math.sqrt(blocks[0]! + blocks[1]! + (blocks[2]! + blocks[3]!)));
  });
});

describe('frozen parameters', () => {
  const frozen = frozenLayout(layout, ['layers.0.weight', '*.1.bias']);
  const isFrozen = frozen.slots.map(({ name }) => ['layers.0.weight', 'layers.1.bias'].includes(name));

  it.each([...named, ['none', undefined] as const])(
    'stay as they are, and the rest is trained: %s',
    (_name, given) => {
      const spec = given && resolveOptimizer(given);
      const run = new Optimizer(referenceBackend, spec, frozen);
      const before = numbersFrom(3);
      const after = trained(run, before.slice(), 0, 5);
      frozen.slots.forEach((slot, index) => {
        const [was, is] = [bitsOf(viewOf(before, slot)), bitsOf(viewOf(after, slot))];
        if (isFrozen[index]!) expect(is).toEqual(was);
        else expect(is).not.toEqual(was);
      });
      const separate = before.slice();
      const out = new Float32Array(before.length);
      const step = {
        weights: separate,
        out,
        gradientSum: numbersFrom(7),
        weightSum: 3,
        learningRate: 0.03,
        step: 0,
      };
      expect(new Optimizer(referenceBackend, spec, frozen).step(step)).toBe(true);
      expect(bitsOf(out)).toEqual(
        bitsOf(trained(new Optimizer(referenceBackend, spec, frozen), before.slice(), 0, 1)),
      );
    },
  );

  it('leave the bits of the others alone where nothing is clipped, and their state as it began', () => {
    const spec = resolveOptimizer({ type: 'adagrad', initialSum: 0.5, weightDecay: 0.1 });
    const run = new Optimizer(referenceBackend, spec, frozen);
    const some = trained(run, numbersFrom(3), 0, 5);
    const all = trained(new Optimizer(referenceBackend, spec, layout), numbersFrom(3), 0, 5);
    const state = Object.values(run.state!.tensors)[0]!;
    frozen.slots.forEach((slot, index) => {
      if (isFrozen[index]!) expect([...new Set(viewOf(state, slot))]).toEqual([0.5]);
      else expect(bitsOf(viewOf(some, slot))).toEqual(bitsOf(viewOf(all, slot)));
    });
  });

  it('count nothing in the norm that is clipped, as parameters without a gradient do in PyTorch', () => {
    const spec = resolveOptimizer({ type: 'sgd', clipNorm: 0.5 });
    const gradientSum = numbersFrom(7);
    const rest = gradientSum.slice();
    frozen.slots.forEach((slot, index) => isFrozen[index]! && viewOf(rest, slot).fill(0));
    const step = (sum: Float32Array, on: typeof frozen): number[] => {
      const weights = numbersFrom(3);
      const setup = { out: weights, weights, gradientSum: sum, weightSum: 1, learningRate: 0.1, step: 0 };
      expect(new Optimizer(referenceBackend, spec, on).step(setup)).toBe(true);
      return bitsOf(weights);
    };
    expect(step(gradientSum, frozen)).toEqual(step(rest, layout));
    expect(step(gradientSum, frozen)).not.toEqual(step(gradientSum, layout));
  });

  it('are named by layer, by parameter or with stars; a name that fits nothing is refused with those there are', () => {
    const namesOf = (freeze: string[]): string[] => [...frozenLayout(layout, freeze).frozen!];
    expect(namesOf(['layers.1'])).toEqual(['layers.1.weight', 'layers.1.bias']);
    expect(namesOf(['*.bias'])).toEqual(['layers.0.bias', 'layers.1.bias']);
    expect(frozenLayout(layout, [])).toBe(layout);
    expect(() => frozenLayout(layout, ['layers.9'])).toThrowError(
      /"layers\.9" is no layer and no parameter; there are layers\.0, layers\.0\.weight, layers\.0\.bias, layers\.1,/,
    );
    expect(() => frozenLayout(layout, ['*'])).toThrowError(/\* is every parameter: leave one to train/);
  });
});
