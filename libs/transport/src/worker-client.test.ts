import {
  CLOSE_CODES,
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  HANDSHAKE_LIMITS,
} from '@lockstep/protocol';
import { describe, expect, it } from 'vitest';
import type { Channel } from './channel.ts';
import { memoryChannelPair } from './memory-channel.ts';
import { WorkerClient, type ClientNotice } from './worker-client.ts';

/** A client whose beats, connections and sleeps are the test's. */
function start(token?: () => string | undefined, breaks = false) {
  const notices: ClientNotice[] = [];
  const coordinators: Channel[] = [];
  const beats = new Set<() => void>();
  const client = new WorkerClient({
    identity: {
      ...{ name: 'me', kind: 'process', engine: 'test', backend: 'reference', threads: 1 },
      goldenDigest: 'a'.repeat(64),
    },
    createTeam: () => Promise.reject(new Error('no team is asked for here')),
    now: () => 0,
    random: () => 0,
    sleep: () => Promise.resolve(),
    every(_millis, action) {
      beats.add(action);
      return () => beats.delete(action);
    },
    connect() {
      const [near, far] = memoryChannelPair();
      const onClose = near.onClose.bind(near);
      // As a line that breaks before the other side has answered the close.
      if (breaks) near.onClose = (listener) => onClose(() => listener({ code: 1006, reason: '' }));
      coordinators.push(far);
      return Promise.resolve(near);
    },
    notify: (notice) => notices.push(notice),
    ...(token === undefined ? {} : { token }),
  });
  const end = client.run();
  const beat = (count: number): void => {
    for (let i = 0; i < count; i++) for (const action of [...beats]) action();
  };
  const connections = async (count: number): Promise<void> => {
    while (notices.filter(({ type }) => type === 'connected').length < count) await Promise.resolve();
  };
  return { client, end, beat, notices, coordinators, connections };
}

describe('WorkerClient', () => {
  it('gives up a connection on which the coordinator answers nothing at all, and comes back', async () => {
    const { client, end, beat, notices, coordinators, connections } = start();
    await connections(1);
    beat(12);
    expect(notices.at(-1)).toEqual({ type: 'connected' });
    beat(1);
    expect(notices.at(-1)).toMatchObject({ type: 'disconnected', close: { code: 4410 } });
    await connections(2);
    expect(coordinators).toHaveLength(2);
    client.leave('test over');
    expect(await end).toEqual({ type: 'left' });
  });

  it('gives up a dead line when it is told, without waiting for an answer, and comes back', async () => {
    const { client, end, notices, coordinators, connections } = start();
    await connections(1);
    client.abandon();
    expect(notices.at(-1)).toMatchObject({ type: 'disconnected', close: { code: 4410 } });
    await connections(2);
    expect(coordinators).toHaveLength(2);
    client.leave('test over');
    expect(await end).toEqual({ type: 'left' });
    client.abandon();
  });

  it('comes back because of what it did not understand, also where the line breaks before its close is answered', async () => {
    const { client, end, notices, coordinators, connections } = start(undefined, true);
    await connections(1);
    coordinators[0]!.send(Uint8Array.of(1, 2, 3));
    await connections(2);
    expect(notices.find(({ type }) => type === 'disconnected')).toMatchObject({ close: { code: 1006 } });
    expect(notices.find(({ type }) => type === 'retrying')).toMatchObject({
      retry: { cause: { code: CLOSE_CODES.badMessage.code } },
    });
    client.leave('test over');
    await end;
  });

  it('says hello on every connection', async () => {
    const { client, end, coordinators, connections } = start();
    await connections(1);
    const hello = new Promise<Uint8Array>((resolve) => coordinators[0]!.onFrame(resolve));
    expect(decodeWorkerMessage(await hello, HANDSHAKE_LIMITS)).toMatchObject({ type: 'hello', name: 'me' });
    client.leave('test over');
    await end;
  });

  it('shows the token that it has by then, and comes back after a refusal only with another', async () => {
    const tokens = [undefined, 'a', 'a', 'b', 'b', 'b'];
    const { end, coordinators, connections } = start(() => tokens.shift());
    const refuse = async (count: number): Promise<unknown> => {
      await connections(count);
      const channel = coordinators[count - 1]!;
      const hello = await new Promise<Uint8Array>((resolve) => channel.onFrame(resolve));
      channel.send(encodeCoordinatorMessage({ type: 'refused', code: 'token', detail: 'wrong' }));
      channel.close(CLOSE_CODES.token.code, CLOSE_CODES.token.reason);
      const message = decodeWorkerMessage(hello, HANDSHAKE_LIMITS);
      return message.type === 'hello' ? message.token : message;
    };
    // Each refusal asks once more, whether there is another by now.
    expect([await refuse(1), await refuse(2), await refuse(3)]).toEqual([undefined, 'a', 'b']);
    expect(await end).toEqual({ type: 'refused', code: 'token', detail: 'wrong' });
    expect(coordinators).toHaveLength(3);
  });
});
