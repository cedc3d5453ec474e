import { readFileSync } from 'node:fs';
import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { lossKinds, resolveLoss, weightSumOf } from '../losses/index.ts';

/** Written by tools/parity/losses.py. */
const parity = JSON.parse(readFileSync(new URL('../losses/parity.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly {
    readonly loss: { readonly type: string };
    readonly outputs: readonly (readonly number[])[];
    readonly labels: readonly (readonly number[])[];
    readonly value: number;
    readonly slopes: readonly (readonly number[])[];
  }[];
};

/** What holds a tensor: float32, or float64 to see the formulas without their roundings. */
type TensorOf = (values: readonly number[]) => Float32Array;

/** @param tolerance of a value, and of slopes relative to the largest */
export function describeLossParity(title: string, tensorOf: TensorOf, tolerance: number): void {
  describe(title, () => {
    const cases = parity.cases.map(
      (each) => [JSON.stringify(each.loss), each.outputs[0]!.length, each] as const,
    );

    it.each(cases)(
      'are those of %s of %d outputs',
      (_text, width, { loss, outputs, labels, value, slopes }) => {
        const spec = resolveLoss(loss);
        const kind = lossKinds.of(spec.type);
        const rows = outputs.length;
        const run = {
          ...{ spec, backend: referenceBackend, rows, width },
          outputs: tensorOf(outputs.flat()),
          labels: tensorOf(labels.flat()),
          error: tensorOf(Array.from({ length: rows * width }, () => 0)),
          kept: (kind.keeps?.(width) ?? []).map((elements) =>
            tensorOf(Array.from({ length: rows * elements }, () => 0)),
          ),
        };
        kind.gradient(run);
        const weightSum = weightSumOf(spec, rows, 4, (row) => labels[row]!.indexOf(1));
        expect(Math.abs(kind.sum(run, 4) / weightSum - value)).toBeLessThan(tolerance * Math.abs(value));
        const largest = Math.max(...slopes.flat().map(Math.abs));
        slopes.flat().forEach((slope, at) => {
          expect(Math.abs(run.error[at]! / weightSum - slope)).toBeLessThan(tolerance * largest);
        });
      },
    );

    it('are compared for every kind, with two settings each', () => {
      const counts = lossKinds.types.map(
        (type) => cases.filter(([, , { loss }]) => loss.type === type).length,
      );
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
    });
  });
}
