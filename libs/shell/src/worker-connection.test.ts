import { GOLDEN_DIGEST } from '@lockstep/nn';
import {
  CLOSE_CODES,
  CONTRACT,
  decodeCoordinatorMessage,
  encodeWorkerMessage,
  PROTOCOL_VERSION,
  workerId,
  workerMessageLimits,
  type CoordinatorMessage,
  type Hello,
  type Refused,
} from '@lockstep/protocol';
import { memoryChannelPair, type Close } from '@lockstep/transport';
import { describe, expect, it } from 'vitest';
import { WorkerConnection, type Door } from './worker-connection.ts';

const SECRET = 'a secret of some length';
const shape = { parameterCount: 3, featureCount: 2, outputCount: 1, maxRowCount: 4 };
const hello: Hello = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  contract: CONTRACT,
  goldenDigest: GOLDEN_DIGEST,
  name: 'w',
  kind: 'process',
  engine: 'test',
  backend: 'reference',
  threads: 1,
};

/** A hello of another version, which no encoder writes: the number follows its name. */
function ofVersion(version: number): Uint8Array {
  const frame = encodeWorkerMessage(hello);
  frame[Buffer.from(frame).indexOf('protocol') + 'protocol'.length] = version;
  return frame;
}

/** A connection whose other end sends `frames`, and what comes of it. */
function arrival(asksToken: boolean) {
  const [near, far] = memoryChannelPair();
  const told: string[] = [];
  const shown: (string | undefined)[] = [];
  let passDeadline = (): void => undefined;
  const door: Door = {
    term: 1,
    run: 'test',
    configJson: '{}',
    limits: workerMessageLimits(shape),
    asksToken,
    admits(token) {
      shown.push(token);
      return !asksToken || token === SECRET;
    },
    after(_delayMs, action) {
      passDeadline = action;
      return () => (passDeadline = () => undefined);
    },
    bytesFrom: () => 0,
    expectAnswer: () => undefined,
    now: () => 0,
    nextId: () => workerId(1),
  };
  new WorkerConnection(near, door, {
    onJoined: ({ name }) => told.push(`joined ${name}`),
    onContribution: ({ name }) => told.push(`contribution ${name}`),
    onBadShape: ({ name }) => told.push(`bad shape ${name}`),
    onEvaluated: ({ name }) => told.push(`evaluated ${name}`),
    onHeartbeat: ({ name }, { rowsDone }) => told.push(`heartbeat ${name} ${rowsDone}`),
    onLeft: ({ name }, reason) => told.push(`left ${name}: ${reason}`),
  });
  const answers: CoordinatorMessage[] = [];
  far.onFrame((frame) => answers.push(decodeCoordinatorMessage(frame, workerMessageLimits(shape))));
  const closed = new Promise<Close>((resolve) => far.onClose(resolve));
  return { far, answers, closed, told, shown, passDeadline: () => passDeadline() };
}

describe('a connection', () => {
  it('is let in by a hello with the token', async () => {
    const { far, answers, told } = arrival(true);
    far.send(encodeWorkerMessage({ ...hello, token: SECRET }));
    await expect.poll(() => answers.map(({ type }) => type)).toEqual(['welcome']);
    expect(told).toEqual(['joined w']);
  });

  it.each([
    ['no token', encodeWorkerMessage(hello)],
    ['a wrong token', encodeWorkerMessage({ ...hello, token: `${SECRET}!` })],
    ['another message than hello', encodeWorkerMessage({ type: 'leave', reason: 'x' })],
    ['bytes that are no message', Uint8Array.of(1, 2, 3)],
  ])('with %s is closed as one without a token, and nothing it says is read', async (_what, frame) => {
    const { far, answers, closed, told } = arrival(true);
    far.send(frame);
    far.send(encodeWorkerMessage({ ...hello, token: SECRET }));
    expect((await closed).code).toBe(CLOSE_CODES.token.code);
    expect(answers).toMatchObject([{ type: 'refused', code: 'token' }]);
    expect(told).toEqual([]);
  });

  it('that says nothing is closed at the deadline, as one without a token where one is asked for', async () => {
    const asked = arrival(true);
    asked.passDeadline();
    expect(await asked.closed).toMatchObject({ code: CLOSE_CODES.token.code });
    const free = arrival(false);
    free.passDeadline();
    expect(await free.closed).toMatchObject({ code: CLOSE_CODES.helloDeadline.code });
    expect([...asked.shown, ...free.shown]).toEqual([]);
  });

  it('of another version is told both, whatever token it has', async () => {
    const { far, answers, closed } = arrival(true);
    far.send(ofVersion(PROTOCOL_VERSION + 1));
    expect((await closed).code).toBe(CLOSE_CODES.versionMismatch.code);
    expect(answers).toMatchObject([{ type: 'refused', code: 'protocol-version' }]);
    const { detail } = answers[0] as Refused;
    expect(detail).toContain(`version ${PROTOCOL_VERSION}, the peer ${PROTOCOL_VERSION + 1}`);
  });

  it('without a token asked for is closed with 4400 when it begins otherwise', async () => {
    const { far, closed } = arrival(false);
    far.send(encodeWorkerMessage({ type: 'leave', reason: 'x' }));
    expect((await closed).code).toBe(CLOSE_CODES.badMessage.code);
  });

  it('that says too often that it is there is closed with 4430, and nothing more it says is read', async () => {
    const { far, closed, told } = arrival(false);
    far.send(encodeWorkerMessage(hello));
    for (let rowsDone = 0; rowsDone < 1000; rowsDone++) {
      far.send(encodeWorkerMessage({ type: 'heartbeat', term: 1, step: 0, rowsDone }));
    }
    expect((await closed).code).toBe(CLOSE_CODES.tooManyMessages.code);
    expect(told.filter((line) => line.startsWith('heartbeat'))).toHaveLength(16);
  });

  it('that contributes more than it was given leases is closed with 4430', async () => {
    const { far, closed, told } = arrival(false);
    far.send(encodeWorkerMessage(hello));
    const about = { term: 1, step: 0, span: { firstLeaf: 0, leafCount: 1 }, rowCount: 1, computeMicros: 1 };
    const gradient = new Float32Array(shape.parameterCount);
    for (let time = 0; time < 100; time++) {
      const sums = { checksum: '0'.repeat(16), lossSum: 0, gradient };
      far.send(encodeWorkerMessage({ type: 'contribution', ...about, ...sums }));
    }
    expect((await closed).code).toBe(CLOSE_CODES.tooManyMessages.code);
    expect(told.filter((line) => line.startsWith('contribution'))).toHaveLength(32);
  });

  it('that contributes tensors of another network again and again is closed with 4430 too', async () => {
    const { far, closed, told } = arrival(false);
    far.send(encodeWorkerMessage(hello));
    const about = { term: 9, step: 0, span: { firstLeaf: 0, leafCount: 1 }, rowCount: 1, computeMicros: 1 };
    const gradient = new Float32Array(shape.parameterCount + 1);
    for (let time = 0; time < 100; time++) {
      const sums = { checksum: '0'.repeat(16), lossSum: 0, gradient };
      far.send(encodeWorkerMessage({ type: 'contribution', ...about, ...sums }));
    }
    expect((await closed).code).toBe(CLOSE_CODES.tooManyMessages.code);
    expect(told.filter((line) => line.startsWith('bad shape'))).toHaveLength(32);
  });
});
