import { lossKinds, weightSumOf, type LossSpec } from '../losses/index.ts';
import type { LossKind, LossTarget } from '../losses/loss.ts';
import { examplesOf } from './examples.ts';
import { GoldenNumbers, type Kind } from './golden-numbers.ts';
import type { GoldenPart } from './golden-part.ts';

const NUMBERS: readonly Kind[] = ['ordinary', 'halfway', 'subnormal', 'zeros', 'bending', 'extreme'];
/** Outputs of a row: below and above 16 lanes. */
const WIDTHS = [1, 2, 5, 19];
const [ROWS, LEAF_ROWS] = [7, 2];

const classOf = (row: number, width: number): number => (row * 5) % width;

/** A one at the row's class; or sixteenths that add up to one. */
function labelsOf(target: LossTarget, width: number, labels: Float32Array): void {
  if (target === 'values') return;
  labels.fill(0);
  for (let row = 0; row < ROWS; row++) {
    for (let part = 0; part < 16; part++) {
      const j = target === 'class' ? classOf(row, width) : (row + part * part) % width;
      labels[row * width + j]! += 1 / 16;
    }
  }
}

const partOf = (kind: LossKind): GoldenPart => ({
  name: `loss ${kind.type}`,
  run: (backend, keep) => {
    const numbers = new GoldenNumbers(backend);
    for (const given of examplesOf(kind, kind.schema)) {
      const spec = given as LossSpec;
      for (const width of WIDTHS.filter((each) => kind.misfit?.(spec, each) === undefined)) {
        for (const of of NUMBERS) {
          const [outputs, labels] = [
            numbers.tensor(ROWS * width, of),
            numbers.tensor(ROWS * width, 'ordinary'),
          ];
          labelsOf(kind.target(spec), width, labels);
          const error = backend.allocate(ROWS * width);
          const kept = (kind.keeps?.(width) ?? []).map((elements) => backend.allocate(ROWS * elements));
          const run = { spec, backend, rows: ROWS, width, outputs, labels, error, kept };
          kind.gradient(run);
          keep(error);
          const weightSum = weightSumOf(spec, ROWS, LEAF_ROWS, (row) => classOf(row, width));
          keep(Float64Array.of(kind.sum(run, LEAF_ROWS), weightSum));
        }
      }
    }
  },
});

/** Each kind of loss: slopes, sums, and what rows count together. */
export const lossParts = (): readonly GoldenPart[] =>
  lossKinds.types.map((type) => partOf(lossKinds.of(type)));
