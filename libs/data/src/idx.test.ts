import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from './data-error.ts';
import { parseIdx, parseIdxLabels } from './idx.ts';

function idxFile(shape: readonly number[], values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + shape.length);
  shape.forEach((dimension, axis) => view.setUint32(4 + 4 * axis, dimension));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

const vast = [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff];
const images = idxFile([2, 1, 3], [1, 2, 3, 4, 5, 6]);

function changed(at: number, value: number): Uint8Array {
  const bytes = images.slice();
  bytes[at] = value;
  return bytes;
}

describe('parseIdx', () => {
  it('reads shape and values as a window onto the file', () => {
    const tensor = parseIdx(images, 'pictures');
    expect(tensor.shape).toEqual([2, 1, 3]);
    expect([...tensor.values]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(tensor.values.buffer).toBe(images.buffer);
    expect(tensor.what).toBe('pictures');
  });

  it('reads bytes that lie inside a larger buffer', () => {
    const larger = new Uint8Array(images.length + 7);
    larger.set(images, 5);
    const tensor = parseIdx(larger.subarray(5, 5 + images.length), 'pictures');
    expect([...tensor.values]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('reads labels, and a file of no samples', () => {
    expect(parseIdx(idxFile([3], [7, 8, 9]), 'labels').shape).toEqual([3]);
    expect(parseIdx(idxFile([0, 28, 28], []), 'pictures').values).toHaveLength(0);
  });

  it('calls a file cut at any length truncated, and names it', () => {
    for (let length = 0; length < images.length; length++) {
      expect(() => parseIdx(images.subarray(0, length), 'pictures')).toThrowError(
        /^idx-truncated: pictures .*; fetch or copy the file again$/,
      );
    }
  });

  it.each([
    { what: 'a first byte that is not 0', bytes: changed(0, 1), code: 'idx-magic' },
    { what: 'a second byte that is not 0', bytes: changed(1, 0x8b), code: 'idx-magic' },
    { what: 'elements of float32', bytes: changed(2, 0x0d), code: 'idx-type' },
    { what: 'no dimensions', bytes: changed(3, 0), code: 'idx-shape' },
    { what: 'too many dimensions', bytes: changed(3, 255), code: 'idx-shape' },
    { what: 'samples of no values', bytes: idxFile([2, 0, 3], []), code: 'idx-shape' },
    { what: 'dimensions past any memory', bytes: idxFile([2 ** 31, 2 ** 31, 9], []), code: 'idx-shape' },
    { what: 'the largest dimensions', bytes: idxFile([...vast, ...vast], []), code: 'idx-shape' },
    { what: 'bytes after the values', bytes: idxFile([2], [1, 2, 3]), code: 'idx-trailing-bytes' },
  ])('refuses $what', ({ bytes, code }) => {
    expect(() => parseIdx(bytes, 'pictures')).toThrowError(
      expect.objectContaining({
        name: 'DataError',
        code,
        message: expect.stringContaining('pictures') as string,
      }),
    );
  });

  it('lets nothing but a DataError out, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, startsWell) => {
        if (startsWell) bytes.set([0, 0, 8].slice(0, bytes.length));
        try {
          const { shape, values } = parseIdx(bytes, 'noise');
          expect(values).toHaveLength(shape.reduce((product, dimension) => product * dimension, 1));
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
    );
  });
});

describe('parseIdxLabels', () => {
  const integers = (shape: readonly number[], values: readonly number[]): Uint8Array => {
    const bytes = new Uint8Array(4 + 4 * (shape.length + values.length));
    const view = new DataView(bytes.buffer);
    [0x0c00 + shape.length, ...shape].forEach((word, index) => view.setUint32(4 * index, word));
    values.forEach((value, index) => view.setInt32(4 * (1 + shape.length + index), value));
    return bytes;
  };

  it('takes bytes as they are, and of rows of integers the first', () => {
    expect(parseIdxLabels(idxFile([3], [7, 0, 255]), 'x')).toMatchObject({ shape: [3] });
    expect([...parseIdxLabels(idxFile([3], [7, 0, 255]), 'x').values]).toEqual([7, 0, 255]);
    const rows = integers([2, 8], [4, 1, 2557, 0, 33, 1, 0, 0, 9, 3, 70000, 1, 44, 2, -1, 0]);
    expect(parseIdxLabels(rows, 'x')).toMatchObject({ shape: [2] });
    expect([...parseIdxLabels(rows, 'x').values]).toEqual([4, 9]);
    expect([...parseIdxLabels(integers([2], [1, 2]), 'x').values]).toEqual([1, 2]);
  });

  it('refuses a label that is no byte, integers that are no rows, and a file that is cut or too long', () => {
    const refused = (bytes: Uint8Array) => expect(() => parseIdxLabels(bytes, 'q-labels'));
    refused(integers([1, 2], [-1, 0])).toThrowError(
      /^label-out-of-range: q-labels has label -1 in row 0; use/,
    );
    refused(integers([2, 2], [1, 0, 256, 0])).toThrowError(/label 256 in row 1; use labels 0 to 255/);
    refused(integers([1, 1, 1], [1])).toThrowError(/^idx-shape: /);
    const whole = integers([2, 2], [1, 0, 1, 0]);
    refused(whole.subarray(0, -1)).toThrowError(
      /^idx-truncated: q-labels announces 2 x 2 = 4 values and holds only 3/,
    );
    refused(Uint8Array.from([...whole, 0])).toThrowError(/^idx-trailing-bytes: q-labels holds 1 bytes/);
    const floats = whole.slice();
    floats[2] = 0x0e;
    refused(floats).toThrowError(
      /^idx-type: .* 0x0e; only unsigned bytes \(0x08\), 32-bit integers \(0x0c\), 32-bit floats \(0x0d\)/,
    );
  });

  const floats = (shape: readonly number[], values: readonly number[]): Uint8Array => {
    const bytes = integers(shape, values);
    bytes[2] = 0x0d;
    const view = new DataView(bytes.buffer);
    values.forEach((value, index) => view.setFloat32(4 * (1 + shape.length + index), value));
    return bytes;
  };

  it('takes several bytes a row as labels that are true of it or not', () => {
    const { shape, values, target } = parseIdxLabels(idxFile([2, 3], [1, 0, 1, 0, 0, 1]), 'x');
    expect({ shape, values: [...values], target }).toEqual({
      ...{ shape: [2, 3], values: [1, 0, 1, 0, 0, 1], target: 'labels' },
    });
    expect(values).toBeInstanceOf(Float32Array);
    expect(() => parseIdxLabels(idxFile([2, 3], [1, 0, 1, 0, 7, 1]), 'my-labels')).toThrowError(
      /^label-out-of-range: my-labels has 7 in row 1, column 1 \(from 0\), .*; write 0 and 1, /,
    );
  });

  it('takes floats as numbers, one or several a row, each of them finite', () => {
    const one = parseIdxLabels(floats([3], [1.5, -2, 0]), 'x');
    expect({ ...one, values: [...one.values] }).toMatchObject({
      ...{ shape: [3, 1], values: [1.5, -2, 0], target: 'numbers' },
    });
    expect([...parseIdxLabels(floats([1, 2], [0.5, 3]), 'x').values]).toEqual([0.5, 3]);
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(() => parseIdxLabels(floats([2, 2], [1, 2, 3, value]), 'my-numbers')).toThrowError(
        new RegExp(`^target-not-finite: my-numbers has ${value} in row 1, column 1 \\(from 0\\); leave`),
      );
    }
  });

  it('leaves images to bytes', () => {
    expect(() => parseIdx(integers([1, 1, 1], [1]), 'x')).toThrowError(
      /only unsigned bytes \(0x08\) are read/,
    );
  });
});
