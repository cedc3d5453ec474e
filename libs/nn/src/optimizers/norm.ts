import { splitPoint } from '@lockstep/data';

const BLOCK = 4096;
const LANES = 16;

/**
 * The Euclidean norm of all of `values`, in float64: the squares of a block of 4096 are added in 16 interleaved lanes, each ascending from +0,
 * then lanes and blocks up the fixed tree (contract, section 4). Not finite where a value is not, or the sum overflows.
 */
export function normOf(values: Float32Array): number {
  const sums = Array.from({ length: Math.ceil(values.length / BLOCK) }, (_, block) =>
    sumOfSquares(values, block * BLOCK, Math.min(values.length, (block + 1) * BLOCK)),
  );
  return sums.length === 0 ? 0 : Math.sqrt(treeSum(sums, 0, sums.length));
}

function sumOfSquares(values: Float32Array, start: number, end: number): number {
  const lanes = new Float64Array(LANES);
  for (let i = start; i < end; i++) {
    const lane = (i - start) % LANES;
    lanes[lane] = lanes[lane]! + values[i]! * values[i]!;
  }
  return treeSum(lanes, 0, LANES);
}

function treeSum(sums: ArrayLike<number>, first: number, count: number): number {
  if (count === 1) return sums[first]!;
  const split = splitPoint(count);
  return treeSum(sums, first, split) + treeSum(sums, first + split, count - split);
}
