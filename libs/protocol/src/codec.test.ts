import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coordinatorMessageLimits,
  decodeCoordinatorMessage,
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  encodedCoordinatorSize,
  encodedWorkerSize,
  encodeWorkerMessage,
  workerMessageLimits,
  FrameBuffer,
  FramePool,
  ProtocolError,
} from './index.ts';
import type { Contribution, CoordinatorMessage, RowsMessage, WorkerMessage } from './index.ts';
import {
  anyCoordinatorMessage,
  anyWorkerMessage,
  comparable,
  placedAt,
  SHAPE,
} from './testing/message-arbitraries.ts';

const offset = fc.integer({ min: 0, max: 7 });

/** What both directions do alike. */
function describeDirection<Message extends WorkerMessage | CoordinatorMessage>(
  name: string,
  {
    anyMessage,
    encode,
    encodedSize,
    decode,
    maxFrameBytes,
  }: {
    readonly anyMessage: fc.Arbitrary<Message>;
    readonly encode: (message: Message, target?: Uint8Array) => Uint8Array;
    readonly encodedSize: (message: Message) => number;
    readonly decode: (frame: Uint8Array) => Message;
    readonly maxFrameBytes: number;
  },
): void {
  describe(name, () => {
    it('gives back every message bit for bit, wherever the frame lies in its buffer', () => {
      fc.assert(
        fc.property(anyMessage, offset, (message, start) => {
          expect(comparable(decode(placedAt(encode(message), start)))).toEqual(comparable(message));
        }),
        { numRuns: 500 },
      );
    });

    it('writes the same frame into a buffer of the caller, aligned or not, whatever was in it', () => {
      fc.assert(
        fc.property(anyMessage, offset, (message, start) => {
          const target = new Uint8Array(maxFrameBytes + start).fill(0xaa).subarray(start);
          const written = encode(message, target);
          expect(written.buffer).toBe(target.buffer);
          expect(written.byteOffset).toBe(target.byteOffset);
          expect(written).toEqual(encode(message));
        }),
      );
    });

    it('knows the size of a frame before it is written, and refuses a buffer one byte shorter', () => {
      fc.assert(
        fc.property(anyMessage, (message) => {
          const size = encodedSize(message);
          expect(encode(message).length).toBe(size);
          expect(size % 8).toBe(0);
          expect(() => encode(message, new Uint8Array(size - 1))).toThrow(
            expect.objectContaining({ code: 'buffer-too-small' }),
          );
        }),
      );
    });

    it('refuses every truncation of a frame, and bytes after its end', () => {
      fc.assert(
        fc.property(anyMessage, (message) => {
          const frame = encode(message);
          for (let length = 0; length < frame.length; length++) {
            expect(() => decode(frame.subarray(0, length))).toThrow(
              expect.objectContaining({ name: 'ProtocolError' }),
            );
          }
          const longer = new Uint8Array(frame.length + 8);
          longer.set(frame);
          expect(() => decode(longer)).toThrow(expect.objectContaining({ code: 'bad-length' }));
        }),
        { numRuns: 20 },
      );
    });
  });
}

const workerLimits = workerMessageLimits(SHAPE);
const coordinatorLimits = coordinatorMessageLimits(SHAPE);

describeDirection('worker messages', {
  anyMessage: anyWorkerMessage,
  encode: encodeWorkerMessage,
  encodedSize: encodedWorkerSize,
  decode: (frame) => decodeWorkerMessage(frame, workerLimits),
  maxFrameBytes: workerLimits.maxFrameBytes,
});

describeDirection('coordinator messages', {
  anyMessage: anyCoordinatorMessage,
  encode: encodeCoordinatorMessage,
  encodedSize: encodedCoordinatorSize,
  decode: (frame) => decodeCoordinatorMessage(frame, coordinatorLimits),
  maxFrameBytes: coordinatorLimits.maxFrameBytes,
});

describe('the example in PROTOCOL.md', () => {
  it('is what the encoder writes', () => {
    const page = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');
    const [, block = ''] = /```\n(2f 00[^`]+)```/.exec(page) ?? [];
    const pairs = block.split('\n').flatMap((line) => line.slice(0, 51).match(/\b[0-9a-f]{2}\b/g) ?? []);
    const frame = encodeWorkerMessage({ type: 'heartbeat', term: 1, step: 2, rowsDone: 3 });
    expect(Array.from(frame, (byte) => byte.toString(16).padStart(2, '0'))).toEqual(pairs);
  });
});

describe('tensors of a decoded message', () => {
  const contribution: Contribution = {
    type: 'contribution',
    term: 1,
    step: 2,
    span: { firstLeaf: 0, leafCount: 1 },
    rowCount: 8,
    computeMicros: 1500,
    checksum: '0123456789abcdef',
    lossSum: 0.1,
    gradient: new Float32Array(SHAPE.parameterCount).fill(1.5),
  };
  const rowsMessage: RowsMessage = {
    type: 'rows',
    term: 1,
    step: 2,
    span: { firstLeaf: 0, leafCount: 1 },
    rowCount: 2,
    rows: Uint8Array.of(1, 2, 3, 4, 5, 6),
    labels: Uint8Array.of(7, 8),
  };
  const decodedContribution = (frame: Uint8Array): Contribution =>
    decodeWorkerMessage(frame, workerLimits) as Contribution;
  const decodedRows = (frame: Uint8Array): RowsMessage =>
    decodeCoordinatorMessage(frame, coordinatorLimits) as RowsMessage;

  it.each([0, 4])('are views of an aligned frame, no copies (offset %i)', (start) => {
    const frame = placedAt(encodeWorkerMessage(contribution), start);
    const { gradient } = decodedContribution(frame);
    expect(gradient.buffer).toBe(frame.buffer);
    new DataView(frame.buffer).setFloat32(gradient.byteOffset, -7, true);
    expect(gradient[0]).toBe(-7);
  });

  it.each([1, 2, 3, 5, 6, 7])('are copies when floats would be misaligned (offset %i)', (start) => {
    const frame = placedAt(encodeWorkerMessage(contribution), start);
    const { gradient } = decodedContribution(frame);
    expect(gradient.buffer).not.toBe(frame.buffer);
    expect(gradient).toEqual(contribution.gradient);
  });

  it.each([0, 1, 3, 7])('are views of bytes at any address (offset %i)', (start) => {
    const frame = placedAt(encodeCoordinatorMessage(rowsMessage), start);
    const { rows, labels } = decodedRows(frame);
    expect(rows.buffer).toBe(frame.buffer);
    expect(labels.buffer).toBe(frame.buffer);
    expect(labels).toEqual(rowsMessage.labels);
  });

  it('start on multiples of 8 of the frame', () => {
    const frame = encodeCoordinatorMessage(rowsMessage);
    const { rows, labels } = decodedRows(frame);
    expect(rows.byteOffset % 8).toBe(0);
    expect(labels.byteOffset % 8).toBe(0);
  });

  it('may be sent from a window onto a larger buffer', () => {
    const flat = new Float32Array(SHAPE.parameterCount + 3).fill(9);
    const gradient = flat.subarray(3);
    gradient.fill(0.25);
    expect(decodedContribution(encodeWorkerMessage({ ...contribution, gradient })).gradient).toEqual(
      new Float32Array(SHAPE.parameterCount).fill(0.25),
    );
  });

  it('stay where they lie when the frame is built around them', () => {
    const buffer = new FrameBuffer(new Float32Array(FrameBuffer.elementsFor(SHAPE.parameterCount)));
    buffer.tensor.set(contribution.gradient);
    const message = { ...contribution, gradient: buffer.tensor };
    const frame = encodeWorkerMessage(message, buffer);
    expect(frame).toEqual(encodeWorkerMessage(contribution));
    expect(frame.buffer).toBe(buffer.bytes.buffer);
    expect(decodedContribution(frame).gradient.byteOffset).toBe(buffer.tensor.byteOffset);
  });

  it('are not sent from a buffer that holds another tensor', () => {
    const buffer = new FrameBuffer(new Float32Array(FrameBuffer.elementsFor(SHAPE.parameterCount)));
    expect(() => encodeWorkerMessage(contribution, buffer)).toThrow(ProtocolError);
  });
});

describe('a pool of frame buffers', () => {
  it('gives a buffer again once it came back, if it is long enough', () => {
    const pool = new FramePool();
    const first = pool.take(100);
    expect(pool.take(100)).not.toBe(first);
    pool.give(first);
    expect(pool.take(101)).not.toBe(first);
    expect(pool.take(60)).toBe(first);
  });
});
