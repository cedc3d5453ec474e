import { log, referenceBackend as backend } from '@lockstep/math';
import { lossKinds, resolveLoss, weightSumOf } from '@lockstep/nn';
import { float64Hex, tensorHex } from './bits.ts';
import { someFloats } from './some-floats.ts';

const LEAF_ROWS = 2;
const ROWS = 5;

/** A class a row, or sixteenths that add up to one. */
function labelsOf(isClass: boolean, width: number): Float32Array {
  const labels = new Float32Array(ROWS * width);
  for (let row = 0; row < ROWS; row++) {
    for (let part = 0; part < 16; part++) {
      labels[row * width + ((row + (isClass ? 0 : part * part)) % width)]! += 1 / 16;
    }
  }
  return labels;
}

/** Rows' outputs and labels, the slopes by each output, and what the losses add up to. */
function judged(given: unknown, width: number, isClass = false): unknown {
  const spec = resolveLoss(given);
  const kind = lossKinds.of(spec.type);
  const outputs = someFloats(ROWS * width).map((value) => 8 * value);
  const labels = labelsOf(isClass, width);
  const error = new Float32Array(ROWS * width);
  const kept = (kind.keeps?.(width) ?? []).map((elements) => new Float32Array(ROWS * elements));
  const run = { spec, backend, rows: ROWS, width, outputs, labels, error, kept };
  kind.gradient(run);
  const classOf = (row: number): number => labels.subarray(row * width, (row + 1) * width).indexOf(1);
  return {
    ...{ loss: spec, width, leafRows: LEAF_ROWS },
    outputs: tensorHex(outputs),
    labels: tensorHex(labels),
    error: tensorHex(error),
    lossSum: float64Hex(kind.sum(run, LEAF_ROWS)),
    weightSum: float64Hex(weightSumOf(spec, ROWS, LEAF_ROWS, classOf)),
  };
}

const LOGARITHMS = [
  ...[5e-324, 1e-310, 2.2250738585072014e-308, 1e-9, 0.5, 0.7071067811865475, 0.7071067811865476, 0.9, 1],
  ...[1.0000000000000002, 1.3, Math.SQRT2, 1.5, 2, 10, 784.5, 1.7976931348623157e308],
];

/** Vectors of the losses, and of the logarithm that they are made of. */
export const lossVectors = (): Readonly<Record<string, unknown>> => ({
  log: LOGARITHMS.map((x) => [float64Hex(x), float64Hex(log(x))]),
  losses: [
    judged('squared-error', 3),
    judged('mse', 3),
    judged('mae', 3),
    judged({ type: 'huber', delta: 0.7 }, 3),
    judged('cross-entropy', 19, true),
    judged({ type: 'cross-entropy', labelSmoothing: 0.1 }, 5),
    judged({ type: 'cross-entropy', classWeights: [0.3, 2, 1] }, 3, true),
    judged('binary-cross-entropy', 3),
    judged({ type: 'binary-cross-entropy', positiveWeight: [0.3, 2, 1] }, 3),
    judged('kl', 5),
  ],
});
