import { readFileSync } from 'node:fs';
import { leafCountOf, rootSpan, rowsOfSpan, childrenOf, type Span } from '@lockstep/data';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../network-error.ts';
import { joinTallies, metricKinds, metricValue, resolveMetric, tallyOf, type MetricSpec } from './index.ts';
import type { MetricRows, MetricValue } from './metric.ts';

/** Written by tools/parity/metrics.py. */
const parity = JSON.parse(readFileSync(new URL('parity.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly {
    readonly name: string;
    readonly outputs: readonly (readonly number[])[];
    readonly classes?: readonly number[];
    readonly labels?: readonly (readonly number[])[];
    readonly threshold?: number;
    readonly values?: readonly (readonly number[])[];
    readonly expected: readonly { readonly metric: { readonly type: string }; readonly value: MetricValue }[];
  }[];
};

const PLACE = { code: 'bad-metric', path: 'metrics.0' } as const;
const specOf = (given: unknown): MetricSpec => resolveMetric(given, PLACE);

const tensor = (values: readonly (readonly number[])[]): Float32Array => Float32Array.from(values.flat());

/** Rows of classes. */
function classRows(
  outputs: readonly (readonly number[])[],
  classes: readonly number[],
  threshold = 0.5,
): MetricRows {
  const width = outputs[0]!.length;
  const targets = classes.map((c) =>
    width === 1 ? [c] : Array.from({ length: width }, (_, j) => Number(j === c)),
  );
  return {
    outputs: tensor(outputs),
    targets: tensor(targets),
    rows: outputs.length,
    width,
    threshold,
    target: 'classes',
  };
}

const valueRows = (
  outputs: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
): MetricRows => ({
  ...{ outputs: tensor(outputs), targets: tensor(targets) },
  ...{ rows: outputs.length, width: outputs[0]!.length, threshold: 0.5 },
  target: 'numbers',
});

/** Rows of labels that are 1 or 0. */
const labelRows = (
  outputs: readonly (readonly number[])[],
  labels: readonly (readonly number[])[],
  threshold = 0,
): MetricRows => ({ ...valueRows(outputs, labels), threshold, target: 'labels' });

const valueOf = (given: unknown, rows: MetricRows, leafRows = 4): MetricValue =>
  metricValue(specOf(given), tallyOf(specOf(given), rows, leafRows), rows.width, rows.target);

const expectClose = (found: MetricValue, expected: MetricValue): void => {
  if (typeof found === 'number') expect(Math.abs(found - Number(expected))).toBeLessThan(1e-12);
  else expect(found).toEqual(expected);
};

describe("scikit-learn's value", () => {
  const cases = parity.cases.flatMap(({ name, outputs, classes, labels, threshold, values, expected }) => {
    const rows =
      labels !== undefined
        ? labelRows(outputs, labels, threshold)
        : classes === undefined
          ? valueRows(outputs, values!)
          : classRows(outputs, classes, threshold);
    return expected.map(({ metric, value }) => [JSON.stringify(metric), name, metric, rows, value] as const);
  });

  it.each(cases)('is that of %s on %s', (_text, _name, metric, rows, expected) => {
    expectClose(valueOf(metric, rows), expected);
  });

  it('is compared for every kind', () => {
    const compared = new Set(cases.map(([, , { type }]) => type));
    expect(metricKinds.types.filter((type) => !compared.has(type))).toEqual([]);
  });
});

describe('a network that says the same of every class', () => {
  const classes = [0, 1, 2, 3, 0, 0, 0];
  const rows = (value: number): MetricRows =>
    classRows(
      classes.map(() => [value, value, value, value]),
      classes,
    );

  it.each([
    'accuracy',
    { type: 'top-k', k: 3 },
    'precision',
    'recall',
    'f1',
    { type: 'f1', average: 'micro' },
  ])('scores nothing by %j, though most rows are of class 0', (given) => {
    for (const value of [0, 0.1, -3, NaN, Infinity]) expect(valueOf(given, rows(value))).toBe(0);
  });

  it('is no better than chance by the area under the curve', () => {
    expect(valueOf('roc-auc', rows(0.1))).toBe(0.5);
  });

  it('has all its rows in the last column of the confusion matrix', () => {
    expect(valueOf('confusion-matrix', rows(0))).toEqual([
      [0, 0, 0, 0, 4],
      [0, 0, 0, 0, 1],
      [0, 0, 0, 0, 1],
      [0, 0, 0, 0, 1],
    ]);
  });

  it('prefers none of two with its only output at the threshold', () => {
    const only = classRows([[0], [0], [1], [-1]], [0, 1, 1, 0], 0);
    expect(valueOf('accuracy', only)).toBe(0.5);
    expect(valueOf('top-k', only)).toBe(0.5);
  });
});

describe('of rows with labels', () => {
  const truths = [
    [1, 0, 1],
    [0, 0, 1],
    [1, 0, 0],
    [1, 0, 1],
  ];
  const said = [
    [3, -1, 2],
    [-2, -4, -1],
    [0.5, -1, -2],
    [1, -2, 1],
  ];

  it('the accuracy is that of rows whose labels are all right, and the binary accuracy that of single labels', () => {
    expect(valueOf('accuracy', labelRows(said, truths))).toBe(3 / 4);
    expect(valueOf('binary-accuracy', labelRows(said, truths))).toBe(11 / 12);
  });

  it('one that no row has counts 0 in the mean, and has no area under the curve', () => {
    expect(valueOf({ type: 'f1', average: 'macro' }, labelRows(said, truths))).toBeCloseTo(
      (1 + 0 + 0.8) / 3,
      12,
    );
    expect(valueOf('roc-auc', labelRows(said, truths))).toBe(1);
  });

  it('an output at the threshold, or that is no number, is never right', () => {
    for (const value of [0, NaN]) {
      const dead = labelRows(
        truths.map((row) => row.map(() => value)),
        truths,
      );
      for (const type of ['accuracy', 'binary-accuracy', 'precision', 'recall', 'f1']) {
        expect(valueOf(type, dead)).toBe(0);
      }
    }
  });
});

describe('a metric', () => {
  it('R2 of several outputs is the plain mean of that of each, however much their targets vary', () => {
    const targets = [
      [0, 0],
      [2, 100],
      [4, 200],
    ];
    const outputs = [
      [1, 0],
      [2, 100],
      [3, 200],
    ];
    expect(valueOf('r2', valueRows(outputs, targets))).toBeCloseTo((0.75 + 1) / 2, 12);
  });

  it('counts a class among the k largest only where it is not equal to the one after', () => {
    const outputs = [[3, 2, 2, 1]];
    const scores = [0, 1, 2, 3].map((c) =>
      [1, 2, 3, 4].map((k) => valueOf({ type: 'top-k', k }, classRows(outputs, [c]))),
    );
    expect(scores).toEqual([
      [1, 1, 1, 1],
      [0, 0, 1, 1],
      [0, 0, 1, 1],
      [0, 0, 0, 1],
    ]);
  });

  it('leaves a class out of the mean that is neither there nor predicted, and counts 0 where one is only predicted', () => {
    const absent = classRows(
      [
        [9, 0, 0.5, 0],
        [0, 9, 0.5, 0],
      ],
      [0, 1],
    );
    expect(valueOf('recall', absent)).toBe(1);
    const called = classRows(
      [
        [9, 0, 0.5, 0],
        [0, 0, 9, 0.5],
      ],
      [0, 1],
    );
    // Classes 0, 1 and 2: right, missed, and called without being there.
    expect(valueOf('recall', called)).toBe(1 / 3);
  });

  it('has the exact area under the curve of a rare class, whose scores are all small', () => {
    const scores = [1e-4, 2e-4, 3e-4, 4e-4].map((score) => [score]);
    expect(valueOf('roc-auc', classRows(scores, [0, 0, 0, 1]))).toBe(1);
    expect(valueOf('roc-auc', classRows(scores, [0, 1, 0, 0]))).toBeCloseTo(1 / 3, 12);
  });

  it('has no area under a curve of one class, or of scores that are no numbers', () => {
    expect(valueOf('roc-auc', classRows([[1], [2]], [1, 1]))).toBeNaN();
    expect(valueOf('roc-auc', classRows([[1], [NaN]], [0, 1]))).toBeNaN();
    expect(valueOf('roc-auc', classRows([[1, 0, 0]], [0]))).toBeNaN();
  });

  it('has no R2 of one row', () => {
    expect(valueOf('r2', valueRows([[1]], [[2]]))).toBeNaN();
  });

  const rowLists = fc
    .record({ width: fc.integer({ min: 1, max: 4 }), rows: fc.integer({ min: 1, max: 40 }) })
    .chain(({ width, rows }) => {
      const row = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), {
        minLength: width,
        maxLength: width,
      });
      return fc.record({
        outputs: fc.array(row, { minLength: rows, maxLength: rows }),
        values: fc.array(row, { minLength: rows, maxLength: rows }),
        classes: fc.array(fc.nat(Math.max(width, 2) - 1), { minLength: rows, maxLength: rows }),
      });
    });

  it.each(metricKinds.types)('of kind %s has the same bits however the tree is cut into spans', (type) => {
    const spec = specOf(type);
    const [target] = metricKinds.of(type).targets;
    fc.assert(
      fc.property(rowLists, fc.integer({ min: 1, max: 5 }), ({ outputs, values, classes }, leafRows) => {
        const rowsOf = (start: number, end: number): MetricRows =>
          target === 'classes' && !metricKinds.of(type).targets.includes('numbers')
            ? classRows(outputs.slice(start, end), classes.slice(start, end))
            : target === 'labels'
              ? labelRows(outputs.slice(start, end), values.slice(start, end))
              : valueRows(outputs.slice(start, end), values.slice(start, end));
        const tallyOfSpan = (span: Span): Float64Array => {
          const { start, end } = rowsOfSpan(span, outputs.length, leafRows);
          const children = childrenOf(span);
          if (children === undefined) return tallyOf(spec, rowsOf(start, end), leafRows);
          return joinTallies(spec, children.map(tallyOfSpan));
        };
        const whole = tallyOf(spec, rowsOf(0, outputs.length), leafRows);
        expect(tallyOfSpan(rootSpan(leafCountOf(outputs.length, leafRows)))).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it.each(metricKinds.types)('of kind %s goes by a name, and is kept with its defaults', (type) => {
    const spec = specOf(type);
    expect(resolveMetric(spec, PLACE)).toEqual(spec);
    expect(metricKinds.of(type).label(spec)).toMatch(/^[a-z0-9][a-z0-9 ()-]+$/);
  });

  it.each([
    ['f2', /metrics\.0\.type: expected one of accuracy, binary-accuracy, top-k, .*, r2.*, found "f2"/],
    [{}, /metrics\.0\.type: is missing|metrics\.0\.type: expected/],
    [{ type: 'top-k', k: 0 }, /metrics\.0\.k: expected at least 1, found 0/],
    [
      { type: 'f1', average: 'mean' },
      /metrics\.0\.average: expected \("macro" \| "micro" \| "weighted"\), found "mean"/,
    ],
    [{ type: 'mae', k: 1 }, /metrics\.0\.k: there is no such field/],
  ])('is refused when it is %j', (given, message) => {
    expect(() => specOf(given)).toThrowError(NetworkError);
    expect(() => specOf(given)).toThrowError(message);
  });
});
