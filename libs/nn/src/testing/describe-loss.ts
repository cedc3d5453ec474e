import { childrenOf, leafCountOf, rootSpan, rowsOfSpan, type Span } from '@lockstep/data';
import { createBackend, referenceBackend, type Backend } from '@lockstep/math';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossKinds, resolveLoss, weightSumOf } from '../losses/index.ts';
import type { LossRun } from '../losses/loss.ts';
import { wave } from './models.ts';

const ROWS = 13;
/** Small enough for slopes, large enough for float32. */
const STEP = 2 ** -7;
/** Of differences of float32 outputs, relative to the largest slope. */
const ROUNDING = 1e-4;

const bitsOf = (tensor: Float32Array): Uint32Array => new Uint32Array(tensor.slice().buffer);

/** Labels of each sort for `ROWS` rows. */
const LABELS = {
  class: (width: number) =>
    Float32Array.from({ length: ROWS * width }, (_, i) =>
      Number(i % width === (7 * Math.floor(i / width)) % width),
    ),
  distribution: (width: number) => {
    const shares = wave(ROWS * width, 2.1).map((value) => value * value);
    return shares.map((share, i) => {
      const row = shares.subarray(i - (i % width), i - (i % width) + width);
      return share / row.reduce((sum, each) => sum + each, 0);
    });
  },
  values: (width: number) => wave(ROWS * width, 0.9).map((value) => (value + 1) / 2),
};

/** What every kind of loss promises, on one example of it. */
export function describeLoss(given: unknown, width: number): void {
  const spec = resolveLoss(given);
  const kind = lossKinds.of(spec.type);
  const outputs = wave(ROWS * width, 0.4).map((value) => 3 * value);

  describe(`the loss ${JSON.stringify(given)} of ${width} outputs`, () => {
    let wasm: Backend;
    beforeAll(async () => {
      wasm = (await createBackend('wasm', { heapBytes: 1 << 22 })).backend;
    });

    const sorts = (['class', 'distribution', 'values'] as const).slice(
      ...{ class: [0, 1], distribution: [0, 2], values: [0, 3] }[kind.target(spec)],
    );
    const labels = LABELS[sorts.at(-1)!](width);

    /** The rows first .. last - 1 on buffers of their own. */
    function runOf(first: number, last: number, changed: Partial<LossRun> = {}): LossRun {
      const backend = changed.backend ?? referenceBackend;
      const buffer = (values: Float32Array): Float32Array => {
        const own = backend.allocate(values.length);
        own.set(values);
        return own;
      };
      const rows = last - first;
      return {
        ...{ spec, rows, width },
        outputs: buffer(outputs.subarray(first * width, last * width)),
        labels: buffer(labels.subarray(first * width, last * width)),
        error: buffer(new Float32Array(rows * width)),
        kept: (kind.keeps?.(width) ?? []).map((elements) => buffer(new Float32Array(rows * elements))),
        ...changed,
        backend,
      };
    }

    function judged(run: LossRun, leafRows = 4): number {
      kind.gradient(run);
      return kind.sum(run, leafRows);
    }

    const whole = runOf(0, ROWS);
    const wholeSum = judged(whole);

    // By the mean value theorem a chord is as steep as the sum somewhere between its ends, and no kind's slope falls as an output grows.
    it('has slopes between which the chords of its sum lie, whatever its labels are', () => {
      for (const sort of sorts) {
        const sortLabels = LABELS[sort](width);
        const judgedAt = (moved: Float32Array): { readonly sum: number; readonly error: Float32Array } => {
          const run = runOf(0, ROWS, { outputs: moved, labels: sortLabels });
          return { sum: judged(run), error: run.error };
        };
        const { error } = judgedAt(outputs);
        const largest = error.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
        expect(largest).toBeGreaterThan(0);
        for (let at = 0; at < outputs.length; at++) {
          const [below, above] = [-STEP, STEP].map((step) =>
            judgedAt(outputs.map((output, i) => (i === at ? output + step : output))),
          ) as [ReturnType<typeof judgedAt>, ReturnType<typeof judgedAt>];
          const chord = (above.sum - below.sum) / (2 * STEP);
          for (const slope of [chord, error[at]!]) {
            expect(slope).toBeGreaterThan(below.error[at]! - ROUNDING * largest);
            expect(slope).toBeLessThan(above.error[at]! + ROUNDING * largest);
          }
        }
      }
    });

    it('judges each row by itself alone', () => {
      for (const [first, last] of [
        [0, 1],
        [4, 9],
        [12, 13],
      ] as const) {
        const part = runOf(first, last);
        judged(part);
        expect(bitsOf(part.error)).toEqual(bitsOf(whole.error.subarray(first * width, last * width)));
      }
    });

    it('has the same bits however the tree is cut into spans', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: ROWS }),
          fc.array(fc.boolean(), { minLength: 32, maxLength: 32 }),
          (leafRows, cuts) => {
            let cut = 0;
            const sumOf = (span: Span): number => {
              const children = childrenOf(span);
              const { start, end } = rowsOfSpan(span, ROWS, leafRows);
              if (children === undefined || !cuts[cut++ % cuts.length]) {
                return judged(runOf(start, end), leafRows);
              }
              return sumOf(children[0]) + sumOf(children[1]);
            };
            expect(sumOf(rootSpan(leafCountOf(ROWS, leafRows)))).toBe(judged(runOf(0, ROWS), leafRows));
          },
        ),
        { numRuns: 30 },
      );
    });

    it('has the bits of the reference on another backend', () => {
      const run = runOf(0, ROWS, { backend: wasm });
      expect(judged(run)).toBe(wholeSum);
      expect(bitsOf(run.error)).toEqual(bitsOf(whole.error));
    });

    it('is no number, or its slopes are not, where an output is not', () => {
      for (const value of [NaN, Infinity, -Infinity]) {
        for (const at of [0, 5 * width + width - 1]) {
          const run = runOf(0, ROWS, { outputs: outputs.map((output, i) => (i === at ? value : output)) });
          const sum = judged(run);
          expect(Number.isFinite(sum) && run.error.every(Number.isFinite)).toBe(false);
        }
      }
    });

    it('is finite for outputs as large as they get before they are none', () => {
      for (const size of [1e4, 1e10]) {
        const run = runOf(0, ROWS, { outputs: outputs.map((output) => fround(size * output)) });
        expect(judged(run)).toBeGreaterThan(0);
        expect(Number.isFinite(judged(run)) && run.error.every(Number.isFinite)).toBe(true);
      }
    });

    it('counts rows by their number, or by the weights of their classes', () => {
      const weights = kind.classWeights?.(spec);
      const classes = [1, 0, 1, 1, 0];
      const expected = weights === undefined ? 5 : classes.reduce((sum, c) => sum + weights[c]!, 0);
      expect(weightSumOf(spec, 5, 2, (row) => classes[row]!)).toBeCloseTo(expected, 12);
    });

    it('is kept as it was told, defaults included', () => {
      expect(resolveLoss(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
      expect(kind.misfit?.(spec, width)).toBeUndefined();
    });
  });
}

const fround = Math.fround;
