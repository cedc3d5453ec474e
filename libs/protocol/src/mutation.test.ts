import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coordinatorMessageLimits,
  decodeCoordinatorMessage,
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  encodeWorkerMessage,
  ProtocolError,
  workerMessageLimits,
} from './index.ts';
import type { CoordinatorMessage, WorkerMessage } from './index.ts';
import { anyCoordinatorMessage, anyWorkerMessage, comparable, SHAPE } from './testing/message-arbitraries.ts';
import { mutant, seededRandom } from './testing/mutations.ts';

const MUTANTS = 20_000;
const TIME_LIMIT_MS = 30_000;

interface Direction<Message> {
  readonly encode: (message: Message) => Uint8Array;
  readonly decode: (frame: Uint8Array) => Message;
}

/** Decodes mutants; whatever is let through is a message of its own: it survives another round trip. */
function storm<Message extends WorkerMessage | CoordinatorMessage>(
  corpus: readonly Uint8Array[],
  { encode, decode }: Direction<Message>,
): { refused: number; understood: number } {
  const random = seededRandom(20_261_124);
  const counts = { refused: 0, understood: 0 };
  for (let i = 0; i < MUTANTS; i++) {
    const message = tryDecode(mutant(corpus, random), decode);
    if (message === undefined) {
      counts.refused++;
    } else {
      counts.understood++;
      expect(comparable(decode(encode(message)))).toEqual(comparable(message));
    }
  }
  return counts;
}

/** The message, or undefined when it was refused as it has to be. */
function tryDecode<Message>(frame: Uint8Array, decode: (frame: Uint8Array) => Message): Message | undefined {
  try {
    return decode(frame);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw new Error(`escaped: ${frame.join(' ')}`, { cause: error });
    if (error.message.length > 400) throw new Error('the text of an error is long', { cause: error });
    return undefined;
  }
}

const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: 100, seed: 1 });

describe('20,000 damaged frames', () => {
  it(
    'make the decoder of worker messages throw nothing but ProtocolError',
    { timeout: TIME_LIMIT_MS },
    () => {
      const limits = workerMessageLimits(SHAPE);
      const { refused, understood } = storm<WorkerMessage>(
        sample(anyWorkerMessage).map((m) => encodeWorkerMessage(m)),
        {
          encode: encodeWorkerMessage,
          decode: (frame) => decodeWorkerMessage(frame, limits),
        },
      );
      expect(refused).toBeGreaterThan(MUTANTS / 2);
      expect(understood).toBeGreaterThan(0);
    },
  );

  it(
    'make the decoder of coordinator messages throw nothing but ProtocolError',
    { timeout: TIME_LIMIT_MS },
    () => {
      const limits = coordinatorMessageLimits(SHAPE);
      const corpus = sample(anyCoordinatorMessage).map((m) => encodeCoordinatorMessage(m));
      const { refused, understood } = storm<CoordinatorMessage>(corpus, {
        encode: encodeCoordinatorMessage,
        decode: (frame) => decodeCoordinatorMessage(frame, limits),
      });
      expect(refused).toBeGreaterThan(MUTANTS / 2);
      expect(understood).toBeGreaterThan(0);
    },
  );
});

describe('tensors announced by a hostile header', () => {
  it('cost no memory: what is announced but not sent is refused before anything is allocated', () => {
    const limits = { ...workerMessageLimits(SHAPE), parameterCount: 2 ** 32 - 1 };
    const frame = encodeWorkerMessage({
      type: 'contribution',
      term: 0,
      step: 0,
      span: { firstLeaf: 0, leafCount: 1 },
      rowCount: 1,
      computeMicros: 0,
      checksum: '0'.repeat(16),
      lossSum: 0,
      gradient: new Float32Array(200),
    });
    const count = frame.indexOf(200);
    expect(frame.subarray(count - 1, count + 1)).toEqual(Uint8Array.of(0xcc, 200));
    for (let lie = 0; lie < 256; lie++) {
      if (lie === 200 || lie === 199) continue; // 199 floats take the same padded length
      const lying = frame.slice();
      lying[count] = lie;
      const largeLimits = { ...limits, maxFrameBytes: frame.length };
      expect(() => decodeWorkerMessage(lying, largeLimits)).toThrow(
        expect.objectContaining({ code: 'bad-length' }),
      );
    }
  });
});
