import { madeUpConfig } from '@lockstep/config/testing';
import { sha256Hex, weightsSha256 } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import type { CheckpointErrorCode } from './checkpoint-error.ts';
import { decodeCheckpoint, encodeCheckpoint } from './codec.ts';

/** Files whose digest is right, since a stranger made it so: everything else has to be checked all the same. */

const weights = Float32Array.of(1, 2, 3, 4, 5, 6);
const config = { contract: 'exact-1', seed: 5 };
const zeros = '0'.repeat(64);

const metadata = {
  digest: zeros,
  format: 'lockstep-checkpoint-1',
  contract: 'exact-1',
  reason: 'finished',
  step: '1',
  epoch: '0',
  term: '0',
  seed: '5',
  weightsSha256: weightsSha256(weights),
  config: JSON.stringify(config),
};
const tensors = {
  'layers.0.weight': { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
  'layers.0.bias': { dtype: 'F32', shape: [2], data_offsets: [16, 24] },
};

/** The file with this header, its digest made right. */
function forge(header: string, data: Float32Array = weights): Uint8Array {
  const text = header.padEnd(Math.ceil(header.length / 8) * 8, ' ');
  const bytes = new Uint8Array(8 + text.length + data.byteLength);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(
    Array.from(text, (unit) => unit.charCodeAt(0)),
    8,
  );
  bytes.set(new Uint8Array(data.buffer), 8 + text.length);
  const place = text.indexOf(zeros);
  const digest = sha256Hex(bytes);
  if (place >= 0) {
    bytes.set(
      Array.from(digest, (unit) => unit.charCodeAt(0)),
      8 + place,
    );
  }
  return bytes;
}

const withTensors = (table: object): Uint8Array =>
  forge(JSON.stringify({ __metadata__: metadata, ...table }));
const withWeight = (entry: object): Uint8Array =>
  withTensors({ ...tensors, 'layers.0.weight': { ...tensors['layers.0.weight'], ...entry } });
const withBias = (entry: object): Uint8Array =>
  withTensors({ ...tensors, 'layers.0.bias': { ...tensors['layers.0.bias'], ...entry } });
const withMetadata = (change: object): Uint8Array =>
  forge(JSON.stringify({ __metadata__: { ...metadata, ...change }, ...tensors }));

const plain = JSON.stringify({ __metadata__: metadata, ...tensors });

function refusal(code: CheckpointErrorCode): unknown {
  return expect.objectContaining({ name: 'CheckpointError', code });
}

describe('a forged file', () => {
  it('is read when nothing is wrong with it', () => {
    const decoded = decodeCheckpoint(forge(plain));
    expect(decoded).toMatchObject({ weights, step: 1, term: 0, reason: 'finished', config });
    expect(decoded.slots).toEqual([
      { name: 'layers.0.weight', shape: [2, 2], offset: 0, length: 4 },
      { name: 'layers.0.bias', shape: [2], offset: 4, length: 2 },
    ]);
  });

  it.each([
    ['tensors that overlap', withBias({ data_offsets: [12, 20] })],
    ['a hole between tensors', withBias({ data_offsets: [20, 28] })],
    ['a hole before the first', withWeight({ data_offsets: [4, 20] })],
    ['an end before its begin', withBias({ data_offsets: [16, 8] })],
    ['offsets that are no integers', withBias({ data_offsets: [16, 24.5] })],
    ['negative offsets', withWeight({ data_offsets: [-16, 0] })],
    ['three offsets', withBias({ data_offsets: [16, 24, 32] })],
    ['a shape of another size', withBias({ shape: [3] })],
    ['a dimension of 0', withBias({ shape: [0] })],
    ['a negative dimension', withWeight({ shape: [-2, -2] })],
    ['a dimension that is text', withBias({ shape: ['2'] })],
    ['no dimensions', withBias({ shape: [] })],
    ['too many dimensions', withBias({ shape: [2, 1, 1, 1, 1, 1, 1, 1, 1] })],
    ['a shape that overflows', withWeight({ shape: [2 ** 31, 2 ** 31, 2 ** 31] })],
    ['another element type', withBias({ dtype: 'F16' })],
    ['an unknown key', withBias({ scale: 1 })],
    ['an entry that is null', withTensors({ ...tensors, 'layers.0.bias': null })],
    ['a name that is a number', forge(plain.replace('layers.0.bias', '7'))],
    ['an empty name', withTensors({ '': tensors['layers.0.weight'] })],
    ['a name with control characters', withTensors({ 'a\u001b[31m': tensors['layers.0.weight'] })],
    [
      'a name that reaches for the prototype',
      forge(plain.replace('"layers.0.bias"', '"__proto__":{},"layers.0.bias"')),
    ],
    ['no tensors', withTensors({})],
    ['arrays in arrays', forge(`${plain.slice(0, -1)},"deep":${'['.repeat(400_000)}${']'.repeat(400_000)}}`)],
  ])('is refused with %s', (_, bytes) => {
    expect(() => decodeCheckpoint(bytes)).toThrowError(refusal('bad-tensors'));
  });

  it.each([
    ['a key that is there twice', forge(plain.replace('"step":"1"', '"step":"9","step":"1"'))],
    [
      'a tensor that is there twice',
      forge(plain.replace('"layers.0.bias"', '"layers.0.bias":1,"layers.0.bias"')),
    ],
    ['spaces inside the header', forge(plain.replace('"step":', '"step": '))],
    ['more padding than needed', forge(`${plain}        `)],
    ['a number written otherwise', forge(plain.replace('[2,2]', '[2,2e0]'))],
    ['an escape that is not needed', forge(plain.replace('finished', '\\u0066inished'))],
    ['text that is not ASCII', forge(plain.replace('"layers.0.bias"', '"layers.0.bi\u00e4s"'))],
    ['a header that ends early', forge(plain.slice(0, -1))],
  ])('is refused with %s', (_, bytes) => {
    expect(() => decodeCheckpoint(bytes)).toThrowError(refusal('bad-header'));
  });

  it.each([
    ['a step with leading zeros', withMetadata({ step: '007' })],
    ['a negative step', withMetadata({ step: '-1' })],
    ['a step past exact integers', withMetadata({ step: '9007199254740993' })],
    ['a step that is a number', withMetadata({ step: 1 })],
    ['an unknown reason', withMetadata({ reason: 'because' })],
    ['an unknown key', withMetadata({ note: '' })],
    ['a missing key', withMetadata({ term: undefined })],
    ['a configuration that is no JSON', withMetadata({ config: '{' })],
    ['a configuration that is null', withMetadata({ config: 'null' })],
    ['a configuration with another seed', withMetadata({ seed: '6' })],
    ['a configuration of another contract', withMetadata({ contract: 'exact-2' })],
    ['a digest in capitals', forge(plain.replace(zeros, 'A'.repeat(64)))],
    [
      'metadata that ends early',
      forge(`{"__metadata__":{"digest":"${zeros}"}}`.replace('}}', `},${JSON.stringify(tensors).slice(1)}`)),
    ],
  ])('is refused with %s', (_, bytes) => {
    expect(() => decodeCheckpoint(bytes)).toThrowError(refusal('bad-metadata'));
  });

  it('says which format it has and which this version reads', () => {
    expect(() => decodeCheckpoint(withMetadata({ format: 'lockstep-checkpoint-3' }))).toThrowError(
      /^bad-metadata: format: .*lockstep-checkpoint-3.*this version reads lockstep-checkpoint-1 and lockstep-checkpoint-2/,
    );
  });

  it('is refused when its weights are not those it names, or its digest not its own', () => {
    const others = Float32Array.of(1, 2, 3, 4, 5, 7);
    expect(() => decodeCheckpoint(forge(plain, others))).toThrowError(refusal('digest-mismatch'));
    const right = forge(plain);
    right[right.length - 1]! ^= 1;
    expect(() => decodeCheckpoint(right)).toThrowError(refusal('digest-mismatch'));
  });

  it('is refused with fewer or more bytes than its tensors take', () => {
    expect(() => decodeCheckpoint(forge(plain, weights.slice(1)))).toThrowError(refusal('truncated'));
    expect(() => decodeCheckpoint(forge(plain, new Float32Array(7)))).toThrowError(refusal('trailing-bytes'));
  });

  it.each([
    ['a safetensors file of something else', forge(JSON.stringify(tensors))],
    ['metadata in another order', forge(JSON.stringify({ ...tensors, __metadata__: metadata }))],
    ['a header of no aligned length', forge(plain).with(0, 7)],
    ['a header of more than a mebibyte', Uint8Array.of(0, 0, 0x11, 0, 0, 0, 0, 0)],
    ['a header of more than 4 GiB', Uint8Array.of(8, 0, 0, 0, 1, 0, 0, 0)],
    ['a header of no bytes', new Uint8Array(8)],
  ])('is no checkpoint: %s', (_, bytes) => {
    expect(() => decodeCheckpoint(bytes)).toThrowError(refusal('not-a-checkpoint'));
  });
});

describe('a forged file with state', () => {
  const optimizer = JSON.stringify({ tensors: ['mean'], numbers: {} });
  const ofState = { ...metadata, format: 'lockstep-checkpoint-2', optimizer };
  const state = {
    'optimizer.mean.layers.0.weight': { dtype: 'F32', shape: [2, 2], data_offsets: [24, 40] },
    'optimizer.mean.layers.0.bias': { dtype: 'F32', shape: [2], data_offsets: [40, 48] },
  };
  const twice = Float32Array.of(...weights, ...weights);
  const forged = (head: object, table: object, data = twice): Uint8Array =>
    forge(JSON.stringify({ __metadata__: head, ...tensors, ...table }), data);
  const [weightName, biasName] = Object.keys(state) as [string, string];
  const [ofWeight, ofBias] = Object.values(state) as [object, object];

  it('is read when nothing is wrong with it', () => {
    expect(decodeCheckpoint(forged(ofState, state))).toMatchObject({
      weights,
      optimizer: { tensors: { mean: weights }, numbers: {} },
    });
  });

  it.each([
    ['a tensor too few', { [weightName]: ofWeight }],
    ['no tensor of it', {}],
    ['a tensor too many', { ...state, more: { dtype: 'F32', shape: [1], data_offsets: [48, 52] } }],
    ['the tensors in another order', { [biasName]: ofBias, [weightName]: ofWeight }],
    ['a tensor under another name', { 'optimizer.square.layers.0.weight': ofWeight, [biasName]: ofBias }],
    ['a tensor of another shape', { ...state, [biasName]: { ...ofBias, shape: [2, 1] } }],
    [
      'a tensor of another type',
      { ...state, [biasName]: { ...ofBias, dtype: 'F64', data_offsets: [40, 56] } },
    ],
    ['a tensor that lies on another', { ...state, [biasName]: { ...ofBias, data_offsets: [32, 40] } }],
  ])('is refused with %s', (_, table) => {
    expect(() => decodeCheckpoint(forged(ofState, table))).toThrowError(refusal('bad-tensors'));
  });

  it.each([
    ['state, and the format of those without', { ...ofState, format: 'lockstep-checkpoint-1' }],
    ['no state, and the format of those with it', { ...metadata, format: 'lockstep-checkpoint-2' }],
    ['a state that is no JSON', { ...ofState, optimizer: '{' }],
    ['a state that is null', { ...ofState, optimizer: 'null' }],
    ['a number that is none', { ...ofState, optimizer: optimizer.replace('{}', '{"product":"1"}') }],
    ['a number that overflows', { ...ofState, optimizer: optimizer.replace('{}', '{"product":1e999}') }],
    [
      'a name that reaches for the prototype',
      { ...ofState, optimizer: optimizer.replace('mean', '__proto__') },
    ],
    ['an average that has no identity', { ...ofState, averageSha256: 'none' }],
  ])('is refused with %s', (_, head) => {
    expect(() => decodeCheckpoint(forged(head, state))).toThrowError(refusal('bad-metadata'));
  });

  it('is refused with an average that is not the one it names', () => {
    const head = { ...metadata, format: 'lockstep-checkpoint-2', averageSha256: zeros.replace('0', '1') };
    const table = {
      'average.layers.0.weight': { dtype: 'F64', shape: [2, 2], data_offsets: [24, 56] },
      'average.layers.0.bias': { dtype: 'F64', shape: [2], data_offsets: [56, 72] },
    };
    const bytes = forged(head, table, Float32Array.of(...weights, ...weights, ...weights));
    expect(() => decodeCheckpoint(bytes)).toThrowError(/^digest-mismatch: its moving average/);
  });

  it('is refused with fewer bytes than its tensors take', () => {
    expect(() => decodeCheckpoint(forged(ofState, state, weights))).toThrowError(refusal('truncated'));
  });
});

describe('encodeCheckpoint', () => {
  const slots = decodeCheckpoint(forge(plain)).slots;
  const runConfig = madeUpConfig({ sizes: [2, 2], seed: 5 });
  const checkpoint = { weights, slots, step: 1, term: 0, reason: 'finished', config: runConfig } as const;

  it.each([
    ['slots that are not the whole buffer', slots.slice(0, 1)],
    ['slots in another order', slots.toReversed()],
    ['a slot that is there twice', [slots[0]!, { ...slots[1]!, name: slots[0]!.name }]],
    ['a slot of another length than its shape', [slots[0]!, { ...slots[1]!, shape: [1] }]],
    ['a name that cannot be written', [slots[0]!, { ...slots[1]!, name: '1' }]],
    ['no slots', []],
  ])('refuses %s', (_, wrong) => {
    expect(() => encodeCheckpoint({ ...checkpoint, slots: wrong })).toThrowError(refusal('bad-tensors'));
  });

  it('refuses progress that is no count, and a configuration that fits no header', () => {
    expect(() => encodeCheckpoint({ ...checkpoint, step: -1 })).toThrowError(refusal('bad-metadata'));
    expect(() => encodeCheckpoint({ ...checkpoint, term: 0.5 })).toThrowError(refusal('bad-metadata'));
    const huge = { ...runConfig, dataset: { ...runConfig.dataset, name: 'x'.repeat(2 ** 20) } };
    expect(() => encodeCheckpoint({ ...checkpoint, config: huge })).toThrowError(refusal('bad-header'));
  });
});
