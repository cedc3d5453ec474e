import { DataError } from './data-error.ts';
import type { TargetKind, Targets } from './target.ts';

/** An unsigned-byte tensor read from an IDX file, row-major: `values` is a window onto the file's bytes where those are bytes. */
export interface IdxTensor {
  /** The file it came from, for messages. */
  readonly what: string;
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/** What the rows of a dataset are to come to, as an IDX file has it: [rows] classes, or [rows, width] labels or numbers. */
export interface LabelTensor extends Omit<IdxTensor, 'values'> {
  readonly values: Targets;
  /** Classes where left out. */
  readonly target?: Exclude<TargetKind, 'classes'>;
}

const UNSIGNED_BYTE = 0x08;
const INT_32 = 0x0c;
const FLOAT_32 = 0x0d;
const TYPES: Readonly<Record<number, { readonly name: string; readonly bytes: number }>> = {
  [UNSIGNED_BYTE]: { name: 'unsigned bytes (0x08)', bytes: 1 },
  [INT_32]: { name: '32-bit integers (0x0c)', bytes: 4 },
  [FLOAT_32]: { name: '32-bit floats (0x0d)', bytes: 4 },
};
/** The largest label that a row, whose label is a byte, can have. */
const MAX_LABEL = 255;
/** Images have three dimensions and labels one; more than eight is no dataset. */
const MAX_DIMENSIONS = 8;
/** Above any real file (1 TiB), and far below where products of dimensions stop being exact. */
const MAX_VALUES = 2 ** 40;

const FETCH_AGAIN = 'fetch or copy the file again';

/**
 * Reads an IDX file of unsigned bytes (the format of MNIST): two zero bytes, the element type, the number of dimensions,
 * each dimension as a big-endian u32, then the values. Nothing is copied.
 * @param what the file's name, for messages
 * @throws {DataError} `idx-magic`, `idx-type`, `idx-shape`, `idx-truncated`, `idx-trailing-bytes`
 */
export function parseIdx(bytes: Uint8Array, what: string): IdxTensor {
  const { shape, body } = openIdx(bytes, what, [UNSIGNED_BYTE]);
  return { what, shape, values: body };
}

/**
 * Reads an IDX file of what rows are to come to. Unsigned bytes are classes, or where each row has several of them labels that are true of it
 * (1) or not (0); 32-bit floats are numbers, one or several a row. Of 32-bit integers a row's first is its class (QMNIST ships eight a row:
 * the class, then where the digit comes from). Floats of 64 bits are refused: what is computed with is float32.
 * @param what the file's name, for messages
 * @throws {DataError} those of `parseIdx`, `label-out-of-range` for a class that is no byte or a label that is neither 0 nor 1, and
 * `target-not-finite`
 */
export function parseIdxLabels(bytes: Uint8Array, what: string): LabelTensor {
  const { type, shape, body } = openIdx(bytes, what, [UNSIGNED_BYTE, INT_32, FLOAT_32]);
  const [rowCount = 0, columns = 1, ...more] = shape;
  if (more.length > 0) {
    const detail = `${what} has the shape ${shape.join(' x ')}, and labels are one row of numbers each`;
    throw new DataError('idx-shape', `${detail}; check that images and labels are not swapped`);
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (type === FLOAT_32) {
    return {
      what,
      shape: [rowCount, columns],
      values: finiteNumbers(view, columns, what),
      target: 'numbers',
    };
  }
  if (type === UNSIGNED_BYTE) {
    if (shape.length === 1) return { what, shape, values: body };
    return { what, shape, values: yesOrNo(body, columns, what), target: 'labels' };
  }
  const values = Uint8Array.from({ length: rowCount }, (_, row) => {
    const label = view.getInt32(4 * columns * row);
    if (label >= 0 && label <= MAX_LABEL) return label;
    const detail = `${what} has label ${label} in row ${row}`;
    throw new DataError('label-out-of-range', `${detail}; use labels 0 to ${MAX_LABEL}`);
  });
  return { what, shape: [rowCount], values };
}

const placeOf = (index: number, columns: number): string =>
  `row ${Math.floor(index / columns)}, column ${index % columns}`;

/** @throws {DataError} `label-out-of-range` */
function yesOrNo(bytes: Uint8Array, columns: number, what: string): Float32Array {
  const wrong = bytes.findIndex((byte) => byte > 1);
  if (wrong === -1) return Float32Array.from(bytes);
  const detail = `${what} has ${bytes[wrong]} in ${placeOf(wrong, columns)} (from 0), and several bytes a row are labels that are true of it (1) or not (0)`;
  throw new DataError(
    'label-out-of-range',
    `${detail}; write 0 and 1, the class of each row as one byte, or numbers as ${TYPES[FLOAT_32]!.name}`,
  );
}

/** @throws {DataError} `target-not-finite` */
function finiteNumbers(view: DataView, columns: number, what: string): Float32Array {
  return Float32Array.from({ length: view.byteLength / Float32Array.BYTES_PER_ELEMENT }, (_, index) => {
    const value = view.getFloat32(Float32Array.BYTES_PER_ELEMENT * index);
    if (Number.isFinite(value)) return value;
    const detail = `${what} has ${value} in ${placeOf(index, columns)} (from 0)`;
    throw new DataError('target-not-finite', `${detail}; leave such rows out, or fill what is missing`);
  });
}

/** What an IDX file announces, once its length agrees, and the bytes of its values. */
function openIdx(bytes: Uint8Array, what: string, accepted: readonly number[]) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = checkMagic(view, what, accepted);
  const type = view.getUint8(2);
  const shape: number[] = [];
  for (let at = 4; at < headerBytes; at += 4) shape.push(view.getUint32(at));
  const valueBytes = TYPES[type]!.bytes;
  const valueCount = countValues(shape, what);
  const found = bytes.byteLength - headerBytes;
  if (found < valueCount * valueBytes) {
    const held = Math.floor(found / valueBytes);
    const detail = `${what} announces ${shape.join(' x ')} = ${valueCount} values and holds only ${held}`;
    throw new DataError('idx-truncated', `${detail}; ${FETCH_AGAIN}`);
  }
  if (found > valueCount * valueBytes) {
    const excess = found - valueCount * valueBytes;
    const detail = `${what} holds ${excess} bytes after its ${shape.join(' x ')} values`;
    throw new DataError('idx-trailing-bytes', `${detail}; ${FETCH_AGAIN}`);
  }
  return { type, shape, body: bytes.subarray(headerBytes) };
}

/** The length of the header in bytes, once the magic number is what this reader understands. */
function checkMagic(view: DataView, what: string, accepted: readonly number[]): number {
  if (view.byteLength < 4) {
    throw new DataError('idx-truncated', `${what} holds only ${view.byteLength} bytes; ${FETCH_AGAIN}`);
  }
  if (view.getUint16(0) !== 0) {
    const found = view.getUint32(0).toString(16).padStart(8, '0');
    const detail = `${what} starts with 0x${found}, which is no IDX file`;
    throw new DataError('idx-magic', `${detail}; give the IDX file itself, plain or gzipped`);
  }
  const type = view.getUint8(2);
  if (!accepted.includes(type)) {
    const detail = `${what} has element type 0x${type.toString(16).padStart(2, '0')}`;
    const names = accepted.map((each) => TYPES[each]!.name).join(', ');
    throw new DataError('idx-type', `${detail}; only ${names} are read: convert the file`);
  }
  const dimensions = view.getUint8(3);
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    const detail = `${what} announces ${dimensions} dimensions, where 1 to ${MAX_DIMENSIONS} are possible`;
    throw new DataError('idx-shape', `${detail}; ${FETCH_AGAIN}`);
  }
  const headerBytes = 4 + 4 * dimensions;
  if (view.byteLength < headerBytes) {
    const detail = `${what} ends inside its header of ${headerBytes} bytes`;
    throw new DataError('idx-truncated', `${detail}; ${FETCH_AGAIN}`);
  }
  return headerBytes;
}

/** The product of the dimensions. The first counts samples and may be 0; a sample of no values is refused. */
function countValues(shape: readonly number[], what: string): number {
  let valueCount = 1;
  for (const [axis, dimension] of shape.entries()) {
    valueCount *= dimension;
    if ((axis > 0 && dimension === 0) || valueCount > MAX_VALUES) {
      const detail = `${what} announces the impossible shape ${shape.join(' x ')}`;
      throw new DataError('idx-shape', `${detail}; ${FETCH_AGAIN}`);
    }
  }
  return valueCount;
}
