import type { RunConfig } from '@lockstep/config';
import { madeUpConfig } from '@lockstep/config/testing';
import { sha256Hex, weightsSha256 } from '@lockstep/math';
import { layoutOf } from '@lockstep/nn';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from './checkpoint.ts';
import { CheckpointError, type CheckpointErrorCode } from './checkpoint-error.ts';
import { decodeCheckpoint, encodeCheckpoint } from './codec.ts';
import { decodeHead, HEAD_PREFIX_BYTES, headLengthOf } from './head.ts';

const config = madeUpConfig({
  dataset: { name: 'données 🎲', sha256: 'a'.repeat(64), trainRows: 100 },
  standardisation: { mean: 0.1307, deviation: 0.3081 },
  sizes: [3, 2, 1],
  batchSize: 30,
  learningRate: 0.05,
  seed: 4294967295,
});

/** -0, the smallest subnormal, a NaN with a payload, a signalling NaN, -infinity, and ordinary numbers. */
const weightBits = [
  0x80000000, 0x00000001, 0x7fc12345, 0xffa00001, 0xff800000, 0x3f800000, 0x3dcccccd, 0xc0490fdb, 0, 1, 2,
];
const weights = new Float32Array(Uint32Array.from(weightBits).buffer);
const { slots } = layoutOf(config.model);

const checkpoint: Checkpoint<RunConfig> = { weights, slots, step: 9, term: 3, reason: 'interval', config };
const file = encodeCheckpoint(checkpoint);

const bitsOf = (values: Float32Array): number[] => [
  ...new Uint32Array(values.buffer, values.byteOffset, values.length),
];

function codeOf(bytes: Uint8Array): CheckpointErrorCode | 'decoded' {
  try {
    decodeCheckpoint(bytes);
    return 'decoded';
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return (error as CheckpointError).code;
  }
}

interface ReadTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
  readonly values: Float32Array;
}

/** A second reader, written from the description of the safetensors format and knowing nothing of checkpoints. */
function readSafetensors(bytes: Uint8Array): {
  readonly metadata: Record<string, string>;
  readonly tensors: readonly ReadTensor[];
  readonly dataOffset: number;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  const text = Array.from(bytes.subarray(8, 8 + headerLength), (unit) => String.fromCharCode(unit)).join('');
  const { __metadata__, ...table } = JSON.parse(text) as Record<string, never>;
  const dataOffset = 8 + headerLength;
  const tensors = Object.entries(table).map(([name, entry]) => {
    const { dtype, shape, data_offsets } = entry as {
      dtype: string;
      shape: number[];
      data_offsets: [number, number];
    };
    expect(dtype).toBe('F32');
    const [begin, end] = data_offsets;
    const values = new Float32Array((end - begin) / 4);
    values.forEach((_, i) => (values[i] = view.getFloat32(dataOffset + begin + 4 * i, true)));
    return { name, shape, begin, end, values };
  });
  return { metadata: __metadata__ as unknown as Record<string, string>, tensors, dataOffset };
}

describe('encodeCheckpoint and decodeCheckpoint', () => {
  it('give back every bit of the weights and everything said about them', () => {
    const decoded = decodeCheckpoint(file);
    expect(bitsOf(decoded.weights)).toEqual(weightBits);
    expect({ ...decoded, weights }).toEqual(checkpoint);
  });

  it('write the same bytes for the same checkpoint, and read what was read', () => {
    expect(encodeCheckpoint(checkpoint)).toEqual(file);
    const again = decodeCheckpoint(file);
    expect(encodeCheckpoint({ ...again, config })).toEqual(file);
  });

  it('read a file that lies anywhere in a larger buffer, and weights that do too', () => {
    const larger = new Uint8Array(file.length + 20);
    larger.set(file, 3);
    const decoded = decodeCheckpoint(larger.subarray(3, 3 + file.length));
    expect(bitsOf(decoded.weights)).toEqual(weightBits);
    const padded = new Float32Array(weights.length + 5);
    padded.set([1, 2, 3]);
    new Uint32Array(padded.buffer).set(weightBits, 3);
    const view = padded.subarray(3, 3 + weights.length);
    expect(encodeCheckpoint({ ...checkpoint, weights: view })).toEqual(file);
  });

  it('leave the bytes they read as they were, and share no memory with them', () => {
    const before = file.slice();
    const decoded = decodeCheckpoint(before);
    decoded.weights.fill(7);
    expect(before).toEqual(file);
  });

  it('keep any weights and any progress', () => {
    const bits = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 11, maxLength: 11 });
    const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(bits, count, count, (words, step, term) => {
        const some = new Float32Array(Uint32Array.from(words).buffer);
        const decoded = decodeCheckpoint(encodeCheckpoint({ ...checkpoint, weights: some, step, term }));
        expect(bitsOf(decoded.weights)).toEqual(words);
        expect([decoded.step, decoded.term]).toEqual([step, term]);
      }),
    );
  });
});

describe('the file', () => {
  it('is a safetensors file: aligned data, offsets contiguous from 0 in layout order to the very end', () => {
    const { tensors, dataOffset } = readSafetensors(file);
    expect(dataOffset % 8).toBe(0);
    let end = 0;
    for (const [i, tensor] of tensors.entries()) {
      const slot = slots[i]!;
      expect(tensor.name).toBe(slot.name);
      expect(tensor.shape).toEqual(slot.shape);
      expect(tensor.begin).toBe(end);
      expect(tensor.values).toEqual(weights.subarray(slot.offset, slot.offset + slot.length));
      end = tensor.end;
    }
    expect(tensors).toHaveLength(4);
    expect(dataOffset + end).toBe(file.length);
    expect([...file.subarray(dataOffset)]).toEqual([...new Uint8Array(weights.buffer)]);
  });

  it('names contract, progress, seed, configuration and the identity of its weights as strings', () => {
    const { metadata } = readSafetensors(file);
    expect(metadata).toEqual({
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      format: 'lockstep-checkpoint-1',
      contract: 'exact-2',
      reason: 'interval',
      step: '9',
      epoch: '2',
      term: '3',
      seed: '4294967295',
      weightsSha256: weightsSha256(weights),
      config: JSON.stringify(config),
    });
  });

  it('carries the sha256 of itself with 64 zeros in the place of the digest', () => {
    const { digest } = readSafetensors(file).metadata;
    const text = Array.from(file, (byte) => String.fromCharCode(byte)).join('');
    const emptied = text.replace(digest!, '0'.repeat(64));
    expect(sha256Hex(Uint8Array.from(emptied, (unit) => unit.charCodeAt(0)))).toBe(digest);
  });
});

describe('the doubt of a checkpoint', () => {
  const doubtful = encodeCheckpoint({ ...checkpoint, disagreedAt: 7 });

  it('is read again, of the file and of its head alone', () => {
    expect(decodeCheckpoint(doubtful).disagreedAt).toBe(7);
    expect(decodeHead(doubtful).disagreedAt).toBe(7);
    expect(readSafetensors(doubtful).metadata).toHaveProperty('disagreedAt', '7');
  });

  it('changes no byte of one that has none', () => {
    expect(decodeCheckpoint(file)).not.toHaveProperty('disagreedAt');
    expect(sha256Hex(file)).toBe('33f3307af3fc75277399040866db9e764e0f9cd66ca7342114922f95ab73ecec');
  });

  it.each([-1, 0.5, NaN])('cannot be of step %d', (disagreedAt) => {
    expect(() => encodeCheckpoint({ ...checkpoint, disagreedAt })).toThrowError(/bad-metadata: disagreedAt/);
  });
});

describe('what evaluations have decided', () => {
  const steering = {
    step: 2,
    best: 0.25,
    bestStep: 1,
    bad: 1,
    badForRate: 1,
    cooldownLeft: 0,
    rateFactor: 0.5,
    kept: { step: 1, figure: -0.25 },
  };

  it('comes back, in a file whose format says that it keeps more than weights', () => {
    const bytes = encodeCheckpoint({ ...checkpoint, steering });
    expect(decodeCheckpoint(bytes).steering).toEqual(steering);
    expect(new TextDecoder().decode(bytes)).toContain('"format":"lockstep-checkpoint-2"');
    const first = { ...steering, best: undefined };
    expect(decodeCheckpoint(encodeCheckpoint({ ...checkpoint, steering: first })).steering).toEqual(first);
  });

  it.each([{ rateFactor: 2 }, { bad: -1 }, { best: Infinity }, { step: 0.5 }])(
    'is refused with %j',
    (wrong) => {
      expect(() => encodeCheckpoint({ ...checkpoint, steering: { ...steering, ...wrong } })).toThrowError(
        /bad-metadata: steering/,
      );
    },
  );
});

describe('a checkpoint with state', () => {
  const count = weights.length;
  const tensor = (seed: number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => seed / (i + 1));
  const optimizer = { tensors: { mean: tensor(3), square: tensor(5) }, numbers: { product: 0.1 + 0.2 } };
  const average = Float64Array.from({ length: count }, (_, i) => 1 / (i + 3));
  const full = encodeCheckpoint({ ...checkpoint, optimizer, average });
  const parts = [
    ['optimizer', encodeCheckpoint({ ...checkpoint, optimizer })],
    ['average', encodeCheckpoint({ ...checkpoint, average })],
    ['optimizer and average', full],
  ] as const;

  it('gives back every bit of it', () => {
    const decoded = decodeCheckpoint(full);
    expect({ ...decoded, weights }).toEqual({ ...checkpoint, optimizer, average });
    expect(bitsOf(decoded.weights)).toEqual(weightBits);
    expect(encodeCheckpoint({ ...decoded, config })).toEqual(full);
    expect(decodeCheckpoint(parts[0][1])).toMatchObject({ optimizer });
    expect(decodeCheckpoint(parts[0][1])).not.toHaveProperty('average');
    expect(decodeCheckpoint(parts[1][1])).not.toHaveProperty('optimizer');
  });

  it('names each tensor by its parameter, after the weights, whose identity is that of the weights alone', () => {
    const length = new DataView(full.buffer).getUint32(0, true);
    const header = JSON.parse(String.fromCharCode(...full.subarray(8, 8 + length))) as object;
    const { __metadata__: metadata, ...table } = header as Record<string, Record<string, unknown>>;
    const names = slots.map(({ name }) => name);
    expect(Object.keys(table)).toEqual(
      ['', 'optimizer.mean.', 'optimizer.square.', 'average.'].flatMap((prefix) =>
        names.map((name) => prefix + name),
      ),
    );
    expect(Object.values(table).map(({ dtype }) => dtype)).toEqual([
      ...names.flatMap(() => ['F32', 'F32', 'F32']),
      ...names.map(() => 'F64'),
    ]);
    expect(metadata).toMatchObject({
      format: 'lockstep-checkpoint-2',
      weightsSha256: weightsSha256(weights),
      optimizer: '{"tensors":["mean","square"],"numbers":{"product":0.30000000000000004}}',
    });
  });

  it.each(parts)('is noticed whichever single bit is flipped, and wherever it is cut: %s', (_what, whole) => {
    for (let at = 0; at < whole.length; at++) {
      const damaged = whole.slice();
      damaged[at]! ^= 1 << (at & 7);
      expect(codeOf(damaged), `byte ${at}`).not.toBe('decoded');
      expect(codeOf(whole.subarray(0, at)), `${at} bytes`).toBe('truncated');
    }
  });

  it('is refused where a buffer has not the length of the weights, or a number is not finite', () => {
    const short = { ...optimizer, tensors: { mean: tensor(3).subarray(1) } };
    expect(() => encodeCheckpoint({ ...checkpoint, optimizer: short })).toThrowError(/bad-tensors: .*11, 10/);
    const nan = { ...optimizer, numbers: { product: NaN } };
    expect(() => encodeCheckpoint({ ...checkpoint, optimizer: nan })).toThrowError(/bad-metadata: optimizer/);
    const named = { ...optimizer, tensors: { 'a.b': tensor(3) } };
    expect(() => encodeCheckpoint({ ...checkpoint, optimizer: named })).toThrowError(
      /bad-metadata: optimizer/,
    );
  });
});

describe('a damaged file', () => {
  it('is noticed whichever single bit is flipped', () => {
    for (let bit = 0; bit < file.length * 8; bit++) {
      const damaged = file.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(damaged), `bit ${bit}`).not.toBe('decoded');
    }
  });

  it('is called truncated wherever it is cut', () => {
    for (let length = 0; length < file.length; length++) {
      expect(codeOf(file.subarray(0, length)), `${length} bytes`).toBe('truncated');
    }
  });

  it('is refused with bytes after its tensors', () => {
    expect(codeOf(Uint8Array.from([...file, 0]))).toBe('trailing-bytes');
  });

  it('lets nothing but a CheckpointError out, whatever was changed', () => {
    const at = fc.integer({ min: 0, max: file.length - 1 });
    const change = fc.tuple(at, fc.integer({ min: 0, max: 6 }), fc.uint8Array({ maxLength: 6 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let bytes = [...file];
        for (const [start, removed, added] of changes) bytes = bytes.toSpliced(start, removed, ...added);
        const isSame = bytes.length === file.length && bytes.every((byte, i) => byte === file[i]);
        expect(codeOf(Uint8Array.from(bytes)) === 'decoded').toBe(isSame);
      }),
      { numRuns: 2000 },
    );
  });

  it('lets nothing but a CheckpointError out, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(codeOf(bytes)).not.toBe('decoded');
      }),
      { numRuns: 500 },
    );
  });
});

describe('the head of a checkpoint', () => {
  const run = '0123456789abcdef0123456789abcdef';
  const owned = encodeCheckpoint({ ...checkpoint, run });
  const headOf = (bytes: Uint8Array): Uint8Array =>
    bytes.subarray(0, headLengthOf(bytes.subarray(0, HEAD_PREFIX_BYTES)));

  it('says what the checkpoint is without its tensors', () => {
    expect(decodeHead(headOf(owned))).toEqual({ step: 9, term: 3, reason: 'interval', run, config });
    expect(headOf(owned).length).toBe(owned.length - weights.byteLength);
  });

  it('has no run where none was given, as those of earlier versions', () => {
    expect(decodeHead(headOf(file))).toEqual({ step: 9, term: 3, reason: 'interval', config });
    expect(decodeCheckpoint(file)).not.toHaveProperty('run');
    expect(decodeCheckpoint(owned).run).toBe(run);
  });

  it.each(['', 'mine', run.toUpperCase(), `${run}0`])('cannot name a run as %j', (bad) => {
    expect(() => encodeCheckpoint({ ...checkpoint, run: bad })).toThrowError(/bad-metadata: run/);
  });

  it('is refused when it is cut short, or something else', () => {
    expect(() => decodeHead(headOf(owned).subarray(0, -1))).toThrowError(/truncated/);
    expect(() => headLengthOf(owned.subarray(0, HEAD_PREFIX_BYTES - 1))).toThrowError(/truncated/);
    expect(() => headLengthOf(new Uint8Array(HEAD_PREFIX_BYTES).fill(0xff))).toThrowError(/not-a-checkpoint/);
  });
});
