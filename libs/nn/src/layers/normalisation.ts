import { foldTree, leafCountOf } from '@lockstep/data';
import * as v from 'valibot';
import { NetworkError } from '../network-error.ts';
import { sizeOf, type AnyLayerSpec, type LayerSums, type Shape } from './layer.ts';

/** Keeps the quotient finite where a row's values are all the same. */
export const epsilonSchema = v.optional(
  v.pipe(v.number(), v.finite(), v.gtValue(0, 'expected a number above 0')),
  1e-5,
);

/** How many of the last axes are taken together, PyTorch's `normalized_shape`; the last alone where it is left out. */
export const axesSchema = v.exactOptional(
  v.pipe(v.number(), v.integer(), v.minValue(1, 'expected at least 1 axis')),
);

/** What both kinds can be told. */
export interface NormalisationSpec {
  /** Keeps the quotient finite where all values are the same. */
  readonly epsilon: number;
  readonly axes?: number;
}

/** Of the axes that are taken together. @throws {NetworkError} `bad-model` where there are fewer */
export function normalised({ axes = 1 }: NormalisationSpec, shape: Shape): Shape {
  if (axes <= shape.length) return shape.slice(shape.length - axes);
  throw new NetworkError('bad-model', `takes ${axes} axes together, and its rows have ${shape.length}`);
}

/** How many elements are taken together, and how often that is done in `rows` rows. */
export function extent(at: {
  readonly spec: NormalisationSpec;
  readonly rows: number;
  readonly inputShape: Shape;
}): {
  readonly count: number;
  readonly n: number;
} {
  const n = sizeOf(normalised(at.spec, at.inputShape));
  return { count: (at.rows * sizeOf(at.inputShape)) / n, n };
}

type Sums = LayerSums<NormalisationSpec & AnyLayerSpec>;

/** Whether this share has the layer's parameter of that index to sum. */
const isOurs = ({ ordinal, share, shares }: Sums, parameter: number): boolean =>
  (ordinal + parameter) % shares === share;

/** dgamma = the tree sum over rows of dZ * x, by way of `product`. */
export function sumScale(at: Sums, x: Float32Array, product: Float32Array): void {
  const [out] = at.gradients;
  if (out === undefined || !isOurs(at, 0)) return;
  at.backend.map('multiply', [product], [at.outputError, x]);
  sumPositions(at, out, product);
}

/** dbeta = the tree sum over rows of dZ. */
export function sumShift(at: Sums): void {
  const out = at.gradients[1];
  if (out !== undefined && isOurs(at, 1)) sumPositions(at, out, at.outputError);
}

/** Consecutive terms of a leaf that are summed on their own, from +0 (contract, section 3). */
const BLOCK = 256;

/**
 * out[n] = the sum of values[rows, positions, n]: in a leaf (row, position) ascending, in blocks of 256 whose sums are added in order; leaves up
 * the tree. Where a leaf has no more than a block that is `biasGradient`.
 */
function sumPositions(at: Sums, out: Float32Array, values: Float32Array): void {
  const { backend, rows, leafRows } = at;
  const { count, n } = extent(at);
  const ofLeaf = (leafRows * count) / rows;
  if (Math.min(ofLeaf, count) <= BLOCK) return backend.biasGradient(out, values, count, n, ofLeaf);
  const added = (left: Float32Array, right: Float32Array): Float32Array => {
    backend.map('add', [left], [left, right]);
    return left;
  };
  const leafSum = (leaf: number): Float32Array => {
    const end = Math.min(count, (leaf + 1) * ofLeaf);
    const blocks: Float32Array[] = [];
    for (let start = leaf * ofLeaf; start < end; start += BLOCK) {
      const length = Math.min(BLOCK, end - start);
      const sum = new Float32Array(n);
      backend.biasGradient(sum, values.subarray(start * n, (start + length) * n), length, n, length);
      blocks.push(sum);
    }
    return blocks.reduce(added);
  };
  out.set(foldTree(leafCountOf(rows, leafRows), leafSum, added));
}
