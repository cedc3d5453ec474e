import { STREAMS } from '@lockstep/data';
import { Philox, sha256Hex } from '@lockstep/math';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSpec } from '../kinds/parse-spec.ts';
import { NetworkError } from '../network-error.ts';
import { initialize, initializerKinds, initializerSchema, type InitializerSpec } from './index.ts';
import { fansOf } from './initializer.ts';
import { orthonormalise } from './orthogonal.ts';

const PLACE = { code: 'bad-model', path: 'model.layers.0.weightInitializer' } as const;
const specOf = (given: unknown): InitializerSpec => parseSpec(initializerSchema, given, PLACE);

/** A parameter's initial values, as a run with that seed has them. */
function filled(given: unknown, shape: readonly number[], seed = 3, parameter = 0): Float32Array {
  const out = new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(NaN);
  const generator = new Philox(seed, STREAMS.initialWeights);
  initialize({
    spec: specOf(given),
    out,
    shape,
    fans: fansOf(shape),
    draws: { generator, parameter, layer: 1 },
  });
  return out;
}

const momentsOf = (values: Float32Array): { mean: number; deviation: number; largest: number } => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, deviation: Math.sqrt(square), largest };
};

const SHAPE = [300, 200];

describe('uniform initial values', () => {
  it.each([
    ['glorot-uniform', Math.sqrt(6 / 500)],
    [{ type: 'glorot-uniform', gain: 2 }, 2 * Math.sqrt(6 / 500)],
    ['he-uniform', Math.sqrt(6 / 300)],
    [{ type: 'he-uniform', slope: 3 }, Math.sqrt(6 / 3000)],
    ['lecun-uniform', Math.sqrt(3 / 300)],
    ['pytorch-linear', 1 / Math.sqrt(300)],
  ])('of %j fill (-limit, limit) evenly and are never zero', (given, limit) => {
    const values = filled(given, SHAPE);
    const { mean, deviation, largest } = momentsOf(values);
    expect(values.includes(0)).toBe(false);
    expect(largest).toBeLessThanOrEqual(limit);
    expect(largest).toBeGreaterThan(0.999 * limit);
    expect(Math.abs(mean)).toBeLessThan(0.01 * limit);
    expect(deviation / (limit / Math.sqrt(3))).toBeCloseTo(1, 2);
  });
});

describe('normal initial values', () => {
  it.each([
    ['glorot-normal', Math.sqrt(2 / 500)],
    [{ type: 'glorot-normal', gain: 0.5 }, 0.5 * Math.sqrt(2 / 500)],
    ['he-normal', Math.sqrt(2 / 300)],
    [{ type: 'he-normal', slope: 3 }, Math.sqrt(2 / 3000)],
    ['lecun-normal', Math.sqrt(1 / 300)],
  ])(
    'of %j have their deviation, and the shares of a normal distribution within 1, 2 and 3 of it',
    (given, sigma) => {
      const values = filled(given, SHAPE);
      const { mean, deviation } = momentsOf(values);
      expect(Math.abs(mean)).toBeLessThan(0.01 * sigma);
      expect(deviation / sigma).toBeCloseTo(1, 2);
      for (const [bound, share] of [
        [1, 0.6827],
        [2, 0.9545],
        [3, 0.9973],
      ] as const) {
        const within = values.filter((value) => Math.abs(value) <= bound * sigma).length / values.length;
        expect(Math.abs(within - share)).toBeLessThan(0.006);
      }
    },
  );

  it('owe nothing to their neighbours: neither those of a pair nor those of a row', () => {
    const values = filled('lecun-normal', SHAPE);
    const { deviation } = momentsOf(values);
    for (const lag of [1, 2, 3, 4, 200]) {
      const products = values.subarray(lag).reduce((sum, value, i) => sum + value * values[i]!, 0);
      expect(Math.abs(products / values.length / deviation ** 2)).toBeLessThan(0.015);
    }
  });

  it('are cut where the bound says, in deviations, and lose deviation by it', () => {
    const values = filled({ type: 'truncated-normal', mean: 1, deviation: 0.1 }, SHAPE);
    const { mean, deviation } = momentsOf(values);
    expect(values.every((value) => Math.abs(value - 1) <= 0.2 + 1e-7)).toBe(true);
    expect(mean).toBeCloseTo(1, 2);
    // That of a normal distribution cut at 2: 0.87963 of it.
    expect(deviation / 0.1).toBeCloseTo(0.8796, 2);
  });

  it('are those of an uncut normal where they lie within the bound', () => {
    const uncut = filled({ type: 'truncated-normal', deviation: 1, bound: 10 }, [20, 7]);
    const cut = filled({ type: 'truncated-normal', deviation: 1, bound: 0.5 }, [20, 7]);
    uncut.forEach((value, i) => {
      if (Math.abs(value) <= 0.5) expect(cut[i]).toBe(value);
      else expect(Math.abs(cut[i]!)).toBeLessThanOrEqual(0.5);
    });
  });
});

describe('orthogonal initial values', () => {
  /** Inner products of the rows of a matrix. */
  const gram = (values: Float32Array, rows: number, columns: number): number[][] =>
    Array.from({ length: rows }, (_, a) =>
      Array.from({ length: rows }, (__, b) => {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += values[a * columns + j]! * values[b * columns + j]!;
        return sum;
      }),
    );

  const transposed = (values: Float32Array, rows: number, columns: number): Float32Array =>
    values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!);

  it('have orthonormal columns, or rows where there are fewer', () => {
    const lengths = fc.integer({ min: 1, max: 24 });
    fc.assert(
      fc.property(lengths, lengths, fc.constantFrom(1, 1.5), (rows, columns, gain) => {
        const values = filled({ type: 'orthogonal', gain }, [rows, columns]);
        const products =
          rows <= columns
            ? gram(values, rows, columns)
            : gram(transposed(values, rows, columns), columns, rows);
        products.forEach((row, a) =>
          row.forEach((product, b) =>
            expect(Math.abs(product / gain ** 2 - (a === b ? 1 : 0))).toBeLessThan(1e-6),
          ),
        );
      }),
    );
  });

  it("are a QR decomposition's Q with a positive diagonal of R: NumPy's, with its signs turned", () => {
    // numpy.linalg.qr of [[2, -1, 0], [1, 3, -2], [0, 1, 1], [-1, 2, 5]], its columns times the signs of diag(R).
    const columns = [
      [2, 1, 0, -1],
      [-1, 3, 1, 2],
      [0, -2, 1, 5],
    ].map((column) => Float64Array.from(column));
    orthonormalise(columns);
    const expected = [
      [0.816496580927726, -0.1730969289631662, 0.5488300759661846],
      [0.408248290463863, 0.8222104125750392, -0.3617848482826418],
      [0, 0.25964539344474924, 0.16243401351465558],
      [-0.408248290463863, 0.4760165546487069, 0.7358753036497274],
    ];
    expected.forEach((row, i) => row.forEach((q, k) => expect(columns[k]![i]).toBeCloseTo(q, 14)));
  });

  it('are as likely to point one way as the other', () => {
    const signs = Array.from({ length: 400 }, (_, seed) => Math.sign(filled('orthogonal', [2, 2], seed)[0]!));
    expect(Math.abs(signs.reduce((sum, sign) => sum + sign, 0))).toBeLessThan(60);
  });
});

describe('every kind of initializer', () => {
  const GIVEN: Readonly<Record<string, unknown>> = { constant: { type: 'constant', value: 0.25 } };
  const kinds = initializerKinds.types.map((type) => [type, GIVEN[type] ?? type] as const);

  it.each(kinds)('gives %s the same bits for ever', (type, given) => {
    const values = [filled(given, [5, 7]), filled(given, [3], 3, 1)];
    const digests = values.map((each) => sha256Hex(new Uint8Array(each.buffer)).slice(0, 16));
    expect(digests).toEqual(BITS[type]);
  });

  it.each(kinds.filter(([type]) => !['zeros', 'ones', 'constant'].includes(type)))(
    'gives %s other values with another seed, and to another parameter',
    (_type, given) => {
      const values = filled(given, [6, 5]);
      expect(filled(given, [6, 5], 4)).not.toEqual(values);
      expect(filled(given, [6, 5], 3, 1)).not.toEqual(values);
    },
  );

  it.each(kinds)('keeps what %s was told, defaults included', (_type, given) => {
    expect(specOf(specOf(given))).toEqual(specOf(given));
  });

  it('writes one value everywhere where it is a constant', () => {
    expect([...filled('zeros', [2]), ...filled('ones', [2]), ...filled(GIVEN['constant'], [2])]).toEqual([
      0, 0, 1, 1, 0.25, 0.25,
    ]);
  });
});

/** Of [5, 7] and of [3]: the first 16 digits of sha256. */
const BITS: Readonly<Record<string, readonly string[]>> = {
  'glorot-uniform': ['4fed48fd566a4634', '3c5af18fb9371377'],
  'glorot-normal': ['567899d9aa7a1ca8', '2bd3ed41f3b60ffb'],
  'he-uniform': ['87039c7ba9693d3e', '9cba50ec7d1dd9c3'],
  'he-normal': ['1a7fa24ec536accb', '0911e70d3776cc50'],
  'lecun-uniform': ['90179115956d2d2e', '3c5af18fb9371377'],
  'lecun-normal': ['cacaa298340386e6', '2bd3ed41f3b60ffb'],
  'pytorch-linear': ['8be2f3db21496aa2', 'b7418a1d1587460c'],
  'truncated-normal': ['68626a9c9bdab56c', 'dd591d82915b0ade'],
  orthogonal: ['0916e37f5857d176', '14e73373d276b7e8'],
  zeros: ['24045c10c12a89f4', '15ec7bf0b50732b4'],
  ones: ['321dc975767ac8cf', '8a31a40ecac0ceb4'],
  constant: ['13437e8008ac9cec', 'e84929294347438b'],
};

describe('an initializer that somebody gives', () => {
  it.each([
    ['glorot', /weightInitializer\.type: expected \("glorot-uniform" \| .*"constant"\), found "glorot"/],
    [{ type: 'he' }, /weightInitializer\.type: expected .*found "he"/],
    [{}, /weightInitializer\.type: is missing/],
    [7, /weightInitializer: expected Object, found 7/],
    [null, /weightInitializer: expected Object, found null/],
    [{ type: 'constant' }, /weightInitializer\.value: is missing/],
    ['constant', /weightInitializer\.value: is missing/],
    [{ type: 'constant', value: 1e39 }, /\.value: expected a number that float32 holds, found 1e\+39/],
    [{ type: 'orthogonal', gain: 0 }, /\.gain: expected a number above 0, found 0/],
    [{ type: 'truncated-normal', bound: 0.1 }, /\.bound: expected at least 0\.5 deviations, found 0\.1/],
    [{ type: 'lecun-normal', gain: 2 }, /\.gain: there is no such field/],
  ])('is refused when it is %j', (given, message) => {
    expect(() => specOf(given)).toThrowError(NetworkError);
    expect(() => specOf(given)).toThrowError(message);
  });
});
