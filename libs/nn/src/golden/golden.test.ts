import {
  createBackend,
  createSharedMemory,
  referenceBackend,
  type Backend,
  type OperationName,
} from '@lockstep/math';
import { OPERATION_NAMES, OPERATION_SHAPES } from '@lockstep/math/backend-parts';
import { withOperation } from '@lockstep/math/testing';
import { describe, expect, it } from 'vitest';
import { CONTRACT_DIGEST } from './digests.generated.ts';
import { digestOfSections, sectionsOf } from './golden-part.ts';
import {
  contractSections,
  goldenDigest,
  goldenSections,
  GOLDEN_DIGEST,
  operationSections,
  wrongParts,
} from './golden.ts';
import { operationParts } from './operation-parts.ts';
import { initializerKinds } from '../initializers/index.ts';
import { layerKinds } from '../layers/index.ts';
import { lossKinds } from '../losses/index.ts';
import { optimizerKinds } from '../optimizers/index.ts';
import { scheduleKinds } from '../schedules/index.ts';
import {
  altered,
  awayFromTie,
  fused,
  MISTAKES,
  summing,
  tiesAway,
  type Accumulate,
  type Writing,
} from '../testing/wrong-backends.ts';

const MIB = 2 ** 20;
const correct = goldenSections(referenceBackend);

/** The kernels whose sections differ on `backend`, in the order they are computed. */
function differingSections(backend: Backend): readonly string[] {
  return goldenSections(backend)
    .filter(({ digest }, i) => digest !== correct[i]!.digest)
    .map(({ name }) => name);
}

describe('goldenDigest', () => {
  it('is the checked-in digest on the reference', () => {
    expect(goldenDigest(referenceBackend)).toBe(GOLDEN_DIGEST);
  });

  describe.each(['wasm', 'wasm-scalar'] as const)('on %s', (name) => {
    it('is the checked-in digest', async () => {
      const { backend } = await createBackend(name, { heapBytes: 8 * MIB });
      expect(goldenDigest(backend)).toBe(GOLDEN_DIGEST);
    });

    it('is the checked-in digest with a shared memory', async () => {
      const memory = createSharedMemory(name, { tensorBytes: 8 * MIB, scratchBytes: 2 * MIB, threads: 1 });
      const { backend } = await createBackend(name, { shared: { memory, thread: 0 } });
      expect(goldenDigest(backend)).toBe(GOLDEN_DIGEST);
    });
  });
});

/** The reference, but for an operation that is computed so, and rounded once at the end. */
const mapping = (
  name: OperationName,
  compute: (numbers: readonly number[], scalars: readonly number[]) => number,
): Backend =>
  withOperation(referenceBackend, name, (_, [out], inputs, scalars = []) => {
    const rounded = scalars.map(Math.fround);
    for (let i = 0; i < out!.length; i++) {
      out![i] = compute(
        inputs.map((input) => input[i]!),
        rounded,
      );
    }
    return referenceBackend.isFinite(out!);
  });

const SUMS: readonly Writing[] = ['matmul', 'matmulTransposed', 'weightGradient', 'biasGradient'];
const ELEMENTWISE: readonly Writing[] = [
  ...(['addBias', 'sigmoidBackward', 'subtract', 'add', 'scale', 'divide', 'axpy', 'sgd', 'lookup'] as const),
];
/** A sum starts at +0 and so is never -0, nor is a sigmoid. */
const MISTAKEN = Object.entries(MISTAKES).flatMap(([mistake, alter]) => {
  const sigmoids: readonly Writing[] = ['sigmoid', 'addBiasSigmoid'];
  const sums = mistake === 'loses the sign of zero' ? [] : SUMS;
  const others = mistake.startsWith('flushes') ? sigmoids : [];
  return [...sums, ...ELEMENTWISE, ...others].map((kernel) => ({ mistake, kernel, alter }));
});

const ACCUMULATIONS: readonly (readonly [string, Accumulate])[] = [
  ['fuses multiplication and addition', fused],
  ['rounds halfway cases the wrong way', tiesAway],
];

describe('goldenSections', () => {
  it.each(MISTAKEN)('names $kernel when it $mistake', ({ kernel, alter }) => {
    expect(differingSections(altered(referenceBackend, kernel, alter))[0]).toBe(kernel);
  });

  describe.each(['matmul', 'matmulTransposed', 'weightGradient'] as const)('for %s', (kernel) => {
    it('names nothing when it is summed plainly', () => {
      const plainly: Accumulate = (sum, a, b) => Math.fround(sum + Math.fround(a * b));
      expect(differingSections(summing(referenceBackend, kernel, plainly))).toEqual([]);
    });

    it.each(ACCUMULATIONS)('names it when it %s', (_, accumulate) => {
      expect(differingSections(summing(referenceBackend, kernel, accumulate))[0]).toBe(kernel);
    });
  });

  it('names add and subtract when they round halfway cases the wrong way', () => {
    const add = mapping('add', ([a, b]) => awayFromTie(a! + b!));
    const subtract = mapping('subtract', ([a, b]) => awayFromTie(a! - b!));
    expect(differingSections(add)).toEqual(['add']);
    expect(differingSections(subtract)[0]).toBe('subtract');
  });

  it('names axpy and sgd when they fuse multiplication and addition', () => {
    const axpy = mapping('axpy', ([y, x], [alpha]) => y! + alpha! * x!);
    const sgd = mapping('sgd', ([w, sum], [divisor, rate]) => w! - rate! * Math.fround(sum! / divisor!));
    expect(differingSections(axpy)).toEqual(['axpy']);
    expect(differingSections(sgd)[0]).toBe('sgd');
  });

  it('names what tells about a whole tensor when it is wrong', () => {
    const halved: Backend['squaredErrorSum'] = (...args) =>
      Math.fround(referenceBackend.squaredErrorSum(...args));
    expect(differingSections({ ...referenceBackend, squaredErrorSum: halved })[0]).toBe('squaredErrorSum');
    expect(differingSections({ ...referenceBackend, isFinite: () => true })).toEqual(['isFinite']);
    const blind: Backend['checksum'] = (x) => referenceBackend.checksum(x.subarray(0, x.length - 1));
    expect(differingSections({ ...referenceBackend, checksum: blind })).toEqual(['checksum']);
  });

  it('has parts with names of their own', () => {
    const names = correct.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('a hundred steps');
  });
});

describe.each(['reference', 'wasm', 'wasm-scalar'] as const)('all of the contract on %s', (name) => {
  it('has the checked-in digest, and a backend no wrong part', async () => {
    const { backend } = await createBackend(name, { heapBytes: 16 * MIB });
    expect(digestOfSections(contractSections(backend))).toBe(CONTRACT_DIGEST);
    const { backend: another } = await createBackend(name, { heapBytes: 16 * MIB });
    expect(wrongParts(another)).toEqual([]);
  });
});

describe('operationSections', () => {
  const expected = new Map(operationSections(referenceBackend).map(({ name, digest }) => [name, digest]));
  const differing = (backend: Backend): readonly string[] =>
    operationSections(backend)
      .filter(({ name, digest }) => expected.get(name) !== digest)
      .map(({ name }) => name);

  it('has a part for each operation and each sum along rows', () => {
    const operations = OPERATION_NAMES.map((name) => `operation ${name}`);
    expect([...expected.keys()]).toEqual([...operations, 'rowSums', 'rowDots', 'rowMaxima']);
  });

  /** What gives no subnormal number. */
  const NEVER_SUBNORMAL: readonly OperationName[] = ['hardSigmoid', 'inverseDeviation', 'log'];
  const results = OPERATION_NAMES.filter((name) => !NEVER_SUBNORMAL.includes(name)).flatMap((name) =>
    OPERATION_SHAPES[name].results.map((_, k) => [name, k] as const),
  );

  it.each(results)('names %s when its result %i flushes subnormals, or only those of its tail', (name, k) => {
    const flushes = (fromEnd: number): Backend =>
      withOperation(referenceBackend, name, (operation, outs, inputs, scalars) => {
        const answer = referenceBackend.map(operation, outs, inputs, scalars);
        const out = outs[k]!;
        const first = fromEnd === 0 ? 0 : out.length - (out.length % fromEnd);
        for (let i = first; i < out.length; i++) if (Math.abs(out[i]!) < 2 ** -126) out[i] = 0 * out[i]!;
        return answer;
      });
    const part = operationParts().filter((each) => each.name === `operation ${name}`);
    for (const fromEnd of [0, 16]) {
      const [section] = sectionsOf(part, flushes(fromEnd));
      expect(section!.digest).not.toBe(expected.get(section!.name));
    }
  });

  it('names sums along rows that are taken in another order', () => {
    const ascending: Backend['rowSums'] = (out, x, rows, n) => {
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum = Math.fround(sum + x[row * n + j]!);
        out[row] = sum;
      }
    };
    expect(differing({ ...referenceBackend, rowSums: ascending })).toEqual(['rowSums']);
  });

  it('names the largest of rows when it takes the last of equal zeros, or any NaN', () => {
    const last: Backend['rowMaxima'] = (out, x, rows, n) => {
      for (let row = 0; row < rows; row++) out[row] = Math.max(...x.subarray(row * n, (row + 1) * n));
    };
    expect(differing({ ...referenceBackend, rowMaxima: last })).toEqual(['rowMaxima']);
  });
});

describe('the parts of kinds', () => {
  const names = contractSections(referenceBackend).map(({ name }) => name);

  it('are one for each kind of each list, each with bits of its own', () => {
    for (const [sort, { types }] of Object.entries({
      loss: lossKinds,
      optimizer: optimizerKinds,
      schedule: scheduleKinds,
      initializer: initializerKinds,
    })) {
      expect(names.filter((name) => name.startsWith(`${sort} `))).toEqual(
        types.map((type) => `${sort} ${type}`),
      );
    }
    const computing = layerKinds.types.filter((type) => layerKinds.of(type).isView === undefined);
    expect(names.filter((name) => name.startsWith('layer '))).toEqual(
      computing.map((type) => `layer ${type}`),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('name what a wrong operation spoils', () => {
    const expected = contractSections(referenceBackend);
    const odd = withOperation(referenceBackend, 'layerNormBackward', (name, outs, inputs, scalars) => {
      const answer = referenceBackend.map(name, outs, inputs, scalars);
      outs[0]![0] = 1;
      return answer;
    });
    const spoilt = contractSections(odd).filter(({ digest }, i) => digest !== expected[i]!.digest);
    expect(spoilt.map(({ name }) => name)).toEqual(['operation layerNormBackward', 'layer layer-norm']);
  });
});
