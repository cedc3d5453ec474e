import type { Backend } from '@lockstep/math';
import * as v from 'valibot';
import { adamStep, momentEntries, type Moments } from './adam.ts';
import { normOf } from './norm.ts';
import { beta, type OptimizerKind, type OptimizerSlot, type OptimizerStep } from './optimizer.ts';

/**
 * Muon (Jordan et al. 2024; its form in PyTorch 2.13): a matrix's momentum m = m + (1 - momentum)(g - m), with `nesterov` u = g + momentum (m - g),
 * is made nearly orthogonal by `iterations` of Newton and Schulz, and w - lr * sqrt(max(1, outputs / inputs)) * u. The network's last matrix and
 * all that is no matrix go by AdamW. PyTorch iterates in bfloat16, this in float32 by the contract's products.
 */
export interface Muon extends Moments {
  readonly type: 'muon';
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly iterations: number;
}

/** Coefficients of the iteration X = a X + (b A + c A A) X with A = X X^T (Jordan et al.). */
const [A, B, C] = [3.4445, -4.775, 2.0315];
/** What a norm is at least. */
const LEAST_NORM = 1e-7;

type MuonStep = OptimizerStep<Muon, 'mean' | 'square'>;

export const muon: OptimizerKind<Muon, 'mean' | 'square'> = {
  type: 'muon',
  learningRate: 0.001,
  weightDecay: 0.1,
  isDecoupled: true,
  schema: v.strictObject({
    type: v.literal('muon'),
    momentum: v.optional(beta, 0.95),
    nesterov: v.optional(v.boolean(), true),
    iterations: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1, 'expected 1 to 99'), v.maxValue(99, 'expected 1 to 99')),
      5,
    ),
    ...momentEntries,
  }),
  withMomentum: (spec, momentum) => ({ ...spec, momentum }),
  state: () => ['mean', 'square'],
  scratch: (_spec, slots) =>
    Math.max(
      0,
      ...slots.filter(isOrthogonalised).map(({ shape, start, end }) => {
        const rows = Math.min(...shape);
        return 2 * (end - start) + 2 * rows * rows;
      }),
    ),
  step: (at) =>
    at.slots.every((slot) => {
      const part = partOf(at, slot);
      return isOrthogonalised(slot) ? stepMatrix(part, slot) : adamStep(part);
    }),
};

const isOrthogonalised = ({ shape, isOutput }: OptimizerSlot): boolean => shape.length === 2 && !isOutput;

/** The step of one parameter alone. */
function partOf(at: MuonStep, { start, end }: OptimizerSlot): MuonStep {
  const cut = (tensor: Float32Array): Float32Array => tensor.subarray(start, end);
  const cutState = ({ mean, square }: MuonStep['before']): MuonStep['before'] => ({
    mean: cut(mean),
    square: cut(square),
  });
  return {
    ...at,
    out: cut(at.out),
    weights: cut(at.weights),
    gradient: cut(at.gradient),
    before: cutState(at.before),
    after: cutState(at.after),
  };
}

function stepMatrix(at: MuonStep, { shape }: OptimizerSlot): boolean {
  const { backend, spec, learningRate, out, weights, gradient, before, after, scratch } = at;
  const [inputs, outputs] = shape as readonly [number, number];
  backend.map('movingAverage', [after.mean], [before.mean, gradient], [1 - spec.momentum]);
  after.square.set(before.square);
  if (spec.nesterov) backend.map('movingAverage', [gradient], [gradient, after.mean], [spec.momentum]);
  else gradient.set(after.mean);
  if (!backend.isFinite(after.mean)) return false;
  orthogonalise(backend, gradient, { inputs, outputs, iterations: spec.iterations, scratch });
  const rate = learningRate * Math.sqrt(Math.max(1, outputs / inputs));
  return backend.map('descend', [out], [weights, gradient], [rate]);
}

interface Orthogonalisation {
  readonly inputs: number;
  readonly outputs: number;
  readonly iterations: number;
  readonly scratch: Float32Array;
}

/** matrix[inputs, outputs] becomes U V^T of its singular value decomposition, roughly: its singular values end between 0.7 and 1.2. */
function orthogonalise(
  backend: Backend,
  matrix: Float32Array,
  { inputs, outputs, iterations, scratch }: Orthogonalisation,
): void {
  const isTall = inputs > outputs;
  const [rows, columns] = isTall ? [outputs, inputs] : [inputs, outputs];
  const size = rows * columns;
  let x = scratch.subarray(0, size);
  let next = scratch.subarray(size, 2 * size);
  const gram = scratch.subarray(2 * size, 2 * size + rows * rows);
  const square = scratch.subarray(2 * size + rows * rows, 2 * size + 2 * rows * rows);
  if (isTall) transpose(x, matrix, inputs, outputs);
  else x.set(matrix);
  backend.map('divide', [x], [x], [Math.max(normOf(x), LEAST_NORM)]);
  for (let iteration = 0; iteration < iterations; iteration++) {
    backend.matmulTransposed(gram, x, x, rows, columns, rows);
    backend.matmul(square, gram, gram, rows, rows, rows);
    backend.map('scale', [square], [square], [C]);
    backend.map('axpy', [square], [square, gram], [B]);
    backend.matmul(next, square, x, rows, rows, columns);
    backend.map('axpy', [next], [next, x], [A]);
    [x, next] = [next, x];
  }
  if (isTall) transpose(matrix, x, rows, columns);
  else matrix.set(x);
}

/** out[columns, rows] = matrix[rows, columns]^T. */
function transpose(out: Float32Array, matrix: Float32Array, rows: number, columns: number): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      out[column * rows + row] = matrix[row * columns + column]!;
    }
  }
}
