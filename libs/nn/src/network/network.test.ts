import { childrenOf, leafCountOf, rootSpan, rowsOfSpan, type Span } from '@lockstep/data';
import { createBackend, referenceBackend, type Backend } from '@lockstep/math';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialWeights } from '../initial-weights.ts';
import { heapBytesFor } from '../memory.ts';
import { resolveModel } from '../model/resolve-model.ts';
import { Network } from './network.ts';
import { sgdStep } from '../optimizers/sgd-step.ts';
import { FIRST_PASS, mlp, wave } from '../testing/models.ts';

const bitsOf = (tensor: Float32Array): Uint32Array => new Uint32Array(tensor.slice().buffer);

/** Small enough for slopes, large enough for float32. */
const STEP = 2 ** -7;

let wasm: Backend;
beforeAll(async () => {
  wasm = (await createBackend('wasm', { heapBytes: heapBytesFor(mlp([64, 64, 64]), 64, 8) })).backend;
});

/** Three branches that meet, one of them the rows of a dense layer as they are, behind a change of shape. */
const GRAPH = resolveModel({
  input: [9],
  layers: [
    { name: 'trunk', type: 'dense', units: 6 },
    { name: 'left', type: 'dense', units: 6 },
    { name: 'bent', type: 'sigmoid' },
    { name: 'right', type: 'dense', units: 6, from: 'trunk' },
    { name: 'met', type: 'add', from: ['trunk', 'bent', 'right', 'trunk'] },
    { name: 'square', type: 'reshape', shape: [2, 3] },
    { name: 'curve', type: 'sigmoid' },
    { name: 'flat', type: 'flatten' },
    { name: 'out', type: 'dense', units: 4 },
  ],
});

describe.each([
  ['a perceptron', mlp([9, 6, 4], 'sigmoid')],
  ['a graph with branches', GRAPH],
])('Network of %s', (_name, spec) => {
  const batch = 29;
  const x = wave(batch * 9, 0.2);
  const labels = wave(batch * 4, 0.9);

  /** The sum of the rows of `span`, from a network that holds nothing else. */
  function spanSum(span: Span, leafRows: number): { gradient: Float32Array; lossSum: number } {
    const { start, end } = rowsOfSpan(span, batch, leafRows);
    const network = new Network(referenceBackend, spec, end - start);
    initialWeights(spec, 3, network.weights);
    network.inputs.set(x.subarray(start * 9, end * 9));
    network.labels.set(labels.subarray(start * 4, end * 4));
    const lossSum = network.backpropagate(end - start, leafRows, { ...FIRST_PASS, firstRow: start });
    return { gradient: network.gradient, lossSum };
  }

  it('gives the same bits however the tree is cut into spans', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }),
        (leafRows, cuts) => {
          let cut = 0;
          const sum = (span: Span): { gradient: Float32Array; lossSum: number } => {
            const children = childrenOf(span);
            if (children === undefined || !cuts[cut++ % cuts.length]) return spanSum(span, leafRows);
            const [left, right] = children.map(sum) as [ReturnType<typeof sum>, ReturnType<typeof sum>];
            referenceBackend.map('add', [left.gradient], [left.gradient, right.gradient]);
            return { gradient: left.gradient, lossSum: left.lossSum + right.lossSum };
          };
          const root = rootSpan(leafCountOf(batch, leafRows));
          const whole = spanSum(root, leafRows);
          const parts = sum(root);
          expect(bitsOf(parts.gradient)).toEqual(bitsOf(whole.gradient));
          expect(parts.lossSum).toBe(whole.lossSum);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the bits of the reference on every backend, over steps of training', () => {
    const run = (backend: Backend): Uint32Array => {
      const network = new Network(backend, spec, batch);
      initialWeights(spec, 3, network.weights);
      network.inputs.set(x);
      network.labels.set(labels);
      for (let step = 0; step < 5; step++) {
        network.backpropagate(batch, 4, { ...FIRST_PASS, step });
        const { weights, gradient } = network;
        sgdStep(backend, {
          out: weights,
          weights,
          gradientSum: gradient,
          weightSum: batch,
          learningRate: 0.3,
        });
      }
      return bitsOf(network.weights);
    };
    expect(run(wasm)).toEqual(run(referenceBackend));
  });

  it('has the slopes of its loss by every weight', () => {
    const network = new Network(referenceBackend, spec, 3);
    initialWeights(spec, 3, network.weights);
    network.inputs.set(x.subarray(0, 27));
    network.labels.set(labels.subarray(0, 12));
    network.backpropagate(3, 2, FIRST_PASS);
    const lossAt = (index: number, weight: number): number => {
      const before = network.weights[index]!;
      network.weights[index] = weight;
      network.forward(3);
      const loss = network.lossSum(3, 2);
      network.weights[index] = before;
      return loss;
    };
    const slopes = network.gradient.slice();
    const largest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    slopes.forEach((slope, index) => {
      const weight = network.weights[index]!;
      const measured = (lossAt(index, weight + STEP) - lossAt(index, weight - STEP)) / (2 * STEP);
      expect(Math.abs(measured - slope)).toBeLessThan(2e-3 * largest);
    });
  });

  it('has +0 in the gradient of what is frozen, and the same bits in the rest, however many threads share it', () => {
    const { layout } = new Network(referenceBackend, spec, 1);
    const gradientOf = (frozen: ReadonlySet<string>, shares: number): Float32Array => {
      const network = new Network(referenceBackend, spec, batch, { frozen });
      initialWeights(spec, 3, network.weights);
      network.inputs.set(x);
      network.labels.set(labels);
      network.gradient.fill(NaN);
      network.propagate(0, batch, FIRST_PASS);
      for (let share = 0; share < shares; share++) network.accumulate(batch, 4, share, shares);
      return network.gradient;
    };
    const whole = gradientOf(new Set(), 1);
    const names = layout.slots.map(({ name }) => name);
    fc.assert(
      fc.property(
        fc.subarray(names, { maxLength: names.length - 1 }),
        fc.integer({ min: 1, max: 3 }),
        (chosen, shares) => {
          const frozen = new Set(chosen);
          const expected = whole.slice();
          for (const { name, offset, length } of layout.slots)
            if (frozen.has(name)) expected.fill(0, offset, offset + length);
          expect(bitsOf(gradientOf(frozen, shares))).toEqual(bitsOf(expected));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('computes a row of outputs from its own inputs alone', () => {
    const network = new Network(referenceBackend, spec, batch);
    initialWeights(spec, 3, network.weights);
    network.inputs.set(x);
    const all = bitsOf(network.forward(batch));
    for (const row of [0, 13, 28]) {
      network.inputs.set(x.subarray(row * 9, (row + 1) * 9));
      expect(bitsOf(network.forward(1))).toEqual(all.subarray(row * 4, (row + 1) * 4));
    }
  });

  it('refuses more rows than it was made for', () => {
    const network = new Network(referenceBackend, spec, 4);
    expect(() => network.forward(5)).toThrowError(expect.objectContaining({ code: 'too-many-rows' }));
    expect(() => network.forward(0)).toThrowError(expect.objectContaining({ code: 'too-many-rows' }));
  });

  it('refuses more values a row than a dense layer takes', () => {
    expect(() => new Network(referenceBackend, mlp([40_000, 3]), 1)).toThrowError(
      expect.objectContaining({ name: 'NetworkError', code: 'bad-model' }),
    );
  });
});

describe('sgdStep', () => {
  it('takes w - lr * g with g the mean, each operation rounded on its own', () => {
    const weights = wave(37, 0.4);
    const sum = wave(37, 2.2);
    const expected = weights.map((w, i) =>
      Math.fround(w - Math.fround(Math.fround(0.05) * Math.fround(sum[i]! / 7))),
    );
    sgdStep(referenceBackend, { out: weights, weights, gradientSum: sum, weightSum: 7, learningRate: 0.05 });
    expect(bitsOf(weights)).toEqual(bitsOf(expected));
  });
});

describe('heapBytesFor', () => {
  it.each([
    [mlp([784, 128, 10]), 64],
    [mlp([784, 512, 256, 10]), 256],
    [mlp([5, 2000, 3]), 512],
    [mlp([3000, 2]), 7],
  ])('holds a network and its packing space (%j, %i rows)', async (spec, rows) => {
    const { backend } = await createBackend('wasm', { heapBytes: heapBytesFor(spec, rows) });
    const network = new Network(backend, spec, rows);
    initialWeights(spec, 1, network.weights);
    expect(network.backpropagate(rows, 8, FIRST_PASS)).toBeGreaterThanOrEqual(0);
  });
});
