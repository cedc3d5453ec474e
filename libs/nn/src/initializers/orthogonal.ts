import * as v from 'valibot';
import { gain, type InitializerKind } from './initializer.ts';
import { normalsOf } from './normal.ts';

/**
 * `gain` times a matrix whose columns, or rows where there are fewer of them, are orthonormal, evenly among all such matrices (Saxe et
 * al. 2013, arXiv 1312.6120): the Q of a QR decomposition of normal numbers with a positive diagonal of R. All axes but the last count
 * as rows. For n columns of length m it takes 4 m n^2 additions.
 */
export interface Orthogonal {
  readonly type: 'orthogonal';
  readonly gain: number;
}

export const orthogonal: InitializerKind<Orthogonal> = {
  type: 'orthogonal',
  schema: v.strictObject({ type: v.literal('orthogonal'), gain: v.optional(gain, 1) }),
  fill: (at) => {
    const { out, shape, spec } = at;
    const normals = normalsOf(at);
    const columns = shape.at(-1)!;
    const rows = out.length / columns;
    const isWide = rows < columns;
    const [count, length] = isWide ? [rows, columns] : [columns, rows];
    // Vector k is row k of a wide matrix and column k of a tall one.
    const placeOf = (vector: number, i: number): number =>
      isWide ? vector * columns + i : i * columns + vector;
    const vectors = Array.from({ length: count }, (_, k) =>
      Float64Array.from({ length }, (__, i) => normals[placeOf(k, i)]!),
    );
    orthonormalise(vectors);
    vectors.forEach((vector, k) =>
      vector.forEach((value, i) => (out[placeOf(k, i)] = Math.fround(spec.gain * value))),
    );
  },
};

/**
 * Gram and Schmidt's, one projection after the other and all of them twice, after which nothing is left to take away (Giraud et al.
 * 2005). Sums ascend from 0, in float64. Random vectors are not so near each other's span that nothing of one would be left.
 * @param vectors overwritten
 */
export function orthonormalise(vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, k) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let before = 0; before < k; before++) takeAway(vector, vectors[before]!);
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < vector.length; i++) vector[i]! /= norm;
  });
}

/** What `vector` has of the direction of `unit`. */
function takeAway(vector: Float64Array, unit: Float64Array): void {
  const part = dot(vector, unit);
  for (let i = 0; i < vector.length; i++) vector[i]! -= part * unit[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
