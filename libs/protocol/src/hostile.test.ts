import { describe, expect, it } from 'vitest';
import {
  coordinatorMessageLimits,
  decodeCoordinatorMessage,
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  encodeWorkerMessage,
  HANDSHAKE_LIMITS,
  WELCOME_LIMITS,
  ProtocolError,
  workerId,
  workerMessageLimits,
  PROTOCOL_VERSION,
} from './index.ts';
import { MAX_CONFIG_BYTES, type FrameLimits } from './limits.ts';
import type { Contribution, CoordinatorMessage, Hello, WorkerMessage } from './index.ts';
import { SHAPE } from './testing/message-arbitraries.ts';
import { msgpack, rawFrame } from './testing/raw-frame.ts';

const limits = workerMessageLimits(SHAPE);
const coordinatorLimits = coordinatorMessageLimits(SHAPE);

/** The error that `action` throws, which has to be a ProtocolError. */
function errorOf(action: () => unknown): ProtocolError {
  try {
    action();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const codeOf = (frame: Uint8Array): string => errorOf(() => decodeWorkerMessage(frame, limits)).code;

/** Code for a frame whose header is a map of `fields` and an empty list of tensors. */
const codeOfFields = (fields: Record<string, unknown>): string =>
  codeOf(rawFrame(msgpack({ ...fields, tensors: [] })));

const heartbeat = { type: 'heartbeat', term: 1, step: 2, rowsDone: 3 };
const hello: Hello = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  contract: 'exact-1',
  goldenDigest: 'ab'.repeat(32),
  name: 'box',
  kind: 'process',
  engine: 'node 20',
  backend: 'wasm',
  threads: 1,
};
const contribution: Contribution = {
  type: 'contribution',
  term: 3,
  step: 4,
  span: { firstLeaf: 2, leafCount: 2 },
  rowCount: 8,
  computeMicros: 5,
  checksum: '0'.repeat(16),
  lossSum: 1,
  gradient: new Float32Array(SHAPE.parameterCount),
};

describe('a frame', () => {
  it('is understood when written by hand as documented', () => {
    expect(decodeWorkerMessage(rawFrame(msgpack({ ...heartbeat, tensors: [] })), limits)).toEqual(heartbeat);
  });

  it('is refused when shorter than its header', () => {
    expect(codeOf(new Uint8Array(0))).toBe('frame-too-short');
    expect(codeOf(Uint8Array.of(1, 0, 0))).toBe('frame-too-short');
    expect(codeOf(Uint8Array.of(200, 0, 0, 0, 0x80, 0, 0, 0))).toBe('frame-too-short');
  });

  it('is refused when it announces a header above 4 KiB, whatever follows', () => {
    expect(codeOf(Uint8Array.of(0x01, 0x10, 0, 0, 0, 0, 0, 0))).toBe('header-too-large');
    expect(codeOf(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0))).toBe('header-too-large');
  });

  it('is refused before it is read when longer than any frame of the run', () => {
    expect(codeOf(new Uint8Array(limits.maxFrameBytes + 1))).toBe('frame-too-large');
  });

  it('is refused with other bytes than zero as padding', () => {
    const frame = rawFrame(msgpack({ ...heartbeat, tensors: [] }));
    const header = new DataView(frame.buffer).getUint32(0, true);
    expect(frame.length).toBeGreaterThan(4 + header);
    frame[frame.length - 1] = 1;
    expect(codeOf(frame)).toBe('bad-padding');
  });

  it('is refused when its tensors are not those it lists', () => {
    const list = (tensors: unknown): string => codeOf(rawFrame(msgpack({ ...heartbeat, tensors })));
    expect(list([['f32', 2]])).toBe('bad-length');
    expect(list([['f32', 2 ** 32 - 1]])).toBe('bad-length');
    expect(list([['f32', 2 ** 32]])).toBe('bad-tensor-list');
    expect(list([['f32', 0.5]])).toBe('bad-tensor-list');
    expect(list([['f32', -1]])).toBe('bad-tensor-list');
    expect(list([['f16', 0]])).toBe('bad-tensor-list');
    expect(list([['u8', 0, 0]])).toBe('bad-tensor-list');
    expect(list(new Array(5).fill(['u8', 0]))).toBe('bad-tensor-list');
    expect(list('f32')).toBe('bad-tensor-list');
    expect(codeOf(rawFrame(msgpack(heartbeat)))).toBe('bad-tensor-list');
  });
});

describe('a header', () => {
  it.each([
    ['is empty', []],
    ['is an array', [0x90]],
    ['is nil', [0xc0]],
    ['has bytes behind it', [0x80, 0x80]],
    ['ends inside a number', [0x81, 0xa1, 0x61, 0xcb, 0, 0]],
    ['ends inside a text', [0x81, 0xa1, 0x61, 0xd9, 0xff, 0x61]],
    ['announces 65,535 entries', [0xde, 0xff, 0xff]],
    ['announces an array of 4 billion', [0x81, 0xa1, 0x61, 0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['announces 4 GB of bytes', [0x81, 0xa1, 0x61, 0xc6, 0xff, 0xff, 0xff, 0xff]],
    ['has a number as key', [0x81, 0x01, 0x01]],
    ['has an array as key', [0x81, 0x90, 0x01]],
    ['holds a boolean', [0x81, 0xa1, 0x61, 0xc3]],
    ['holds a float32', [0x81, 0xa1, 0x61, 0xca, 0, 0, 0, 0]],
    ['holds the unused byte', [0x81, 0xa1, 0x61, 0xc1]],
    ['holds a regular expression', [0x81, 0xa1, 0x61, 0xc7, 0x05, 0x78, 0x92, 0xa1, 0x61, 0xa1, 0x67]],
    ['holds an error', [0x81, 0xa1, 0x61, 0xc7, 0x05, 0x65, 0x92, 0xa1, 0x61, 0xa1, 0x67]],
    ['holds a date', [0x81, 0xa1, 0x61, 0xd6, 0xff, 0, 0, 0, 0]],
    ['holds a set', [0x81, 0xa1, 0x61, 0xd4, 0x73, 0x90]],
    ['holds a big integer', [0x81, 0xa1, 0x61, 0xc7, 0x02, 0x42, 1, 1]],
    ['holds a reference', [0x81, 0xa1, 0x61, 0xd6, 0x70, 0, 0, 0, 0]],
    ['defines a record', [0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 0x01]],
    ['bundles its texts', [0xd6, 0x62, 0, 0, 0, 1, 0x80]],
  ])('that %s is refused', (_, header) => {
    expect(codeOf(rawFrame(header))).toBe('bad-header');
  });

  it('nested deeper than any message is refused without recursion', () => {
    const deep = [0x81, 0xa1, 0x61, ...new Array<number>(4000).fill(0x91), 0x01];
    expect(codeOf(rawFrame(deep))).toBe('bad-header');
  });

  it.each([
    ['__proto__', 'bad-header'],
    ['constructor', 'bad-field'],
    ['toString', 'bad-field'],
    ['extra', 'bad-field'],
  ])('with a field %s is refused', (key, code) => {
    const header = msgpack({ ...heartbeat, tensors: [] });
    const [count = 0, ...rest] = header;
    expect(
      codeOf(rawFrame([count + 1, 0xd9, key.length, ...[...key].map((c) => c.charCodeAt(0)), 0x01, ...rest])),
    ).toBe(code);
    expect(({} as Record<string, unknown>)['extra']).toBeUndefined();
  });

  it('with an entry named __proto__ that is a map changes no prototype', () => {
    const prototype = msgpack({ polluted: 1 });
    const header = [
      0x86,
      ...msgpack({ ...heartbeat, tensors: [] }).slice(1),
      0xa9,
      ...msgpack('__proto__').slice(3),
      ...prototype,
    ];
    expect(codeOf(rawFrame(header))).toBe('bad-header');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('of another type, or of the other direction, is refused', () => {
    for (const type of ['', 'Heartbeat', 'welcome', 'toString', '__proto__', 7]) {
      expect(codeOfFields({ ...heartbeat, type })).toBe('unknown-type');
    }
    expect(codeOfFields({})).toBe('unknown-type');
    const frame = encodeWorkerMessage({ type: 'leave', reason: '' });
    expect(errorOf(() => decodeCoordinatorMessage(frame, coordinatorLimits)).code).toBe('unknown-type');
  });

  it.each([-1, -0, 0.5, NaN, Infinity, 2 ** 53, '1', [1]])('with %s as a step is refused', (step) => {
    expect(codeOfFields({ ...heartbeat, step })).toBe('bad-field');
  });

  it('with a field missing is refused', () => {
    expect(codeOfFields({ type: 'heartbeat', term: 1 })).toBe('bad-field');
  });

  it('takes 64-bit integers up to 2^53 - 1 as numbers', () => {
    const uint64 = (bytes: number[]): Uint8Array =>
      rawFrame(msgpack({ ...heartbeat, step: Uint8Array.from([0xcf, ...bytes]), tensors: [] }));
    expect(decodeWorkerMessage(uint64([0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), limits)).toEqual({
      ...heartbeat,
      step: Number.MAX_SAFE_INTEGER,
    });
    expect(codeOf(uint64([0, 0x20, 0, 0, 0, 0, 0, 0]))).toBe('bad-field');
  });

  it('puts no text of the peer but a cleaned field name into the error', () => {
    const name = 'x'.repeat(300);
    const tooLong = errorOf(() =>
      decodeWorkerMessage(rawFrame(msgpack({ ...hello, name, tensors: [] })), limits),
    );
    expect(tooLong.message).toMatch(/^bad-field: name: /);
    expect(tooLong.message).not.toContain(name);
    const fields = { ...heartbeat, '\u001b[31mred': 1, tensors: [] };
    const badKey = errorOf(() => decodeWorkerMessage(rawFrame(msgpack(fields)), limits));
    expect(badKey.message).toMatch(/^bad-field: red: /);
  });
});

describe('a message', () => {
  it('of another protocol version is told so, even when its fields are unknown', () => {
    expect(codeOfFields({ type: 'hello', protocol: PROTOCOL_VERSION + 1, surprise: 'x' })).toBe(
      'protocol-version',
    );
    expect(codeOfFields({ type: 'bonjour', protocol: PROTOCOL_VERSION + 1 })).toBe('protocol-version');
  });

  it('with a gradient of another size is a bad shape, and names the contribution to answer', () => {
    const frame = encodeWorkerMessage({
      ...contribution,
      gradient: new Float32Array(SHAPE.parameterCount - 1),
    });
    const error = errorOf(() => decodeWorkerMessage(frame, limits));
    expect(error.code).toBe('bad-shape');
    expect(error.about).toEqual({ term: 3, step: 4, span: { firstLeaf: 2, leafCount: 2 } });
  });

  it('without tensors refuses tensors', () => {
    const frame = rawFrame(msgpack({ ...heartbeat, tensors: [['u8', 8]] }), new Array<number>(8).fill(1));
    expect(codeOf(frame)).toBe('bad-shape');
  });

  it('with more rows than a mini-batch has is a bad shape', () => {
    const rowCount = SHAPE.maxRowCount + 1;
    const frame = encodeCoordinatorMessage({
      type: 'rows',
      term: 1,
      step: 1,
      span: { firstLeaf: 0, leafCount: 1 },
      rowCount,
      rows: new Uint8Array(rowCount),
      labels: new Uint8Array(rowCount),
    });
    expect(errorOf(() => decodeCoordinatorMessage(frame, coordinatorLimits)).code).toBe('bad-shape');
  });

  it('with a class of each row is a bad shape where rows are to come to numbers, and the other way round', () => {
    const limits = coordinatorMessageLimits({ ...SHAPE, targetWidth: 3 });
    const frameOf = (labels: Uint8Array | Float32Array): Uint8Array =>
      encodeCoordinatorMessage({
        ...{ type: 'rows', term: 1, step: 1, span: { firstLeaf: 0, leafCount: 1 }, rowCount: 2 },
        ...{ rows: new Uint8Array(2 * SHAPE.featureCount), labels },
      });
    const numbers = Float32Array.of(1, 2, 3, -4, 5.5, 6);
    expect(decodeCoordinatorMessage(frameOf(numbers), limits)).toMatchObject({ labels: numbers });
    const decoding = (frame: Uint8Array, of: FrameLimits) =>
      errorOf(() => decodeCoordinatorMessage(frame, of)).code;
    expect(decoding(frameOf(new Uint8Array(2)), limits)).toBe('bad-shape');
    expect(decoding(frameOf(new Float32Array(4)), limits)).toBe('bad-shape');
    expect(decoding(frameOf(numbers), coordinatorLimits)).toBe('bad-shape');
  });

  it('with tensors is refused before the run is known', () => {
    const frame = encodeCoordinatorMessage({
      type: 'weights',
      term: 1,
      step: 0,
      checksum: '0'.repeat(16),
      weights: new Float32Array(1),
    });
    expect(errorOf(() => decodeCoordinatorMessage(frame, HANDSHAKE_LIMITS)).code).toBe('bad-shape');
  });
});

describe('an encoder', () => {
  const badWorkerMessages: [string, WorkerMessage][] = [
    ['no thread', { ...hello, threads: 0 }],
    ['upper-case hex digits', { ...hello, goldenDigest: 'AB'.repeat(32) }],
    ['a name too long', { ...hello, name: 'n'.repeat(257) }],
    ['an empty span', { ...contribution, span: { firstLeaf: 0, leafCount: 0 } }],
    ['half a microsecond', { ...contribution, computeMicros: 0.5 }],
    ['a negative term', { type: 'heartbeat', term: -1, step: 0, rowsDone: 0 }],
  ];
  it.each(badWorkerMessages)('refuses a worker message with %s, as the decoder would', (_, message) => {
    expect(errorOf(() => encodeWorkerMessage(message)).code).toBe('bad-field');
  });

  const verdict = { type: 'verdict', term: 1, step: 1, span: { firstLeaf: 0, leafCount: 1 } } as const;
  const badCoordinatorMessages: [string, CoordinatorMessage][] = [
    ['an unexplained invalid', { ...verdict, verdict: 'invalid' }],
    ['a reason beside accepted', { ...verdict, verdict: 'accepted', reason: 'checksum' }],
    ['an empty digest', { type: 'finished', reason: 'completed', step: 1, weightsSha256: '' }],
  ];
  it.each(badCoordinatorMessages)(
    'refuses a coordinator message with %s, as the decoder would',
    (_, message) => {
      expect(errorOf(() => encodeCoordinatorMessage(message)).code).toBe('bad-field');
    },
  );

  it('refuses rows whose tensors disagree with its row count', () => {
    const message = {
      ...verdict,
      type: 'rows',
      rowCount: 2,
      rows: new Uint8Array(6),
      labels: new Uint8Array(1),
    } as const;
    expect(errorOf(() => encodeCoordinatorMessage(message)).code).toBe('bad-shape');
    const uneven = { ...message, labels: new Float32Array(5) };
    expect(errorOf(() => encodeCoordinatorMessage(uneven)).code).toBe('bad-shape');
  });

  it('refuses a configuration that is too long, or no UTF-8, and takes the longest', () => {
    const welcome = (configJson: string): CoordinatorMessage => ({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      contract: 'exact-1',
      goldenDigest: 'ab'.repeat(32),
      term: 1,
      worker: workerId(1),
      run: 'r',
      configJson,
    });
    const longest = welcome('\u20ac'.repeat(Math.floor(MAX_CONFIG_BYTES / 3)) + 'x');
    const frame = encodeCoordinatorMessage(longest);
    expect(decodeCoordinatorMessage(frame, WELCOME_LIMITS)).toEqual(longest);
    expect(errorOf(() => decodeCoordinatorMessage(frame, HANDSHAKE_LIMITS)).code).toBe('frame-too-large');
    const tooLong = welcome('x'.repeat(MAX_CONFIG_BYTES + 1));
    expect(errorOf(() => encodeCoordinatorMessage(tooLong)).code).toBe('bad-shape');
    const short = encodeCoordinatorMessage(welcome('abc'));
    short[short.length - 8] = 0xff;
    expect(errorOf(() => decodeCoordinatorMessage(short, WELCOME_LIMITS)).code).toBe('bad-field');
  });
});
