import {
  createBackend,
  createSharedMemory,
  referenceBackend,
  type Backend,
  type OperationName,
} from '@lockstep/math';
import { withOperation } from '@lockstep/math/testing';
import { describe, expect, it } from 'vitest';
import { goldenDigest, goldenSections, GOLDEN_DIGEST } from './golden.ts';
import {
  altered,
  awayFromTie,
  fused,
  MISTAKES,
  summing,
  tiesAway,
  type Accumulate,
  type Writing,
} from './testing/wrong-backends.ts';

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
