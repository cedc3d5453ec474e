import { decodeWorkerMessage, HANDSHAKE_LIMITS } from '@lockstep/protocol';
import { describe, expect, it } from 'vitest';
import type { Channel } from './channel.ts';
import { memoryChannelPair } from './memory-channel.ts';
import { WorkerClient, type ClientNotice } from './worker-client.ts';

/** A client whose beats, connections and sleeps are the test's. */
function start() {
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
      coordinators.push(far);
      return Promise.resolve(near);
    },
    notify: (notice) => notices.push(notice),
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

  it('says hello on every connection', async () => {
    const { client, end, coordinators, connections } = start();
    await connections(1);
    const hello = new Promise<Uint8Array>((resolve) => coordinators[0]!.onFrame(resolve));
    expect(decodeWorkerMessage(await hello, HANDSHAKE_LIMITS)).toMatchObject({ type: 'hello', name: 'me' });
    client.leave('test over');
    await end;
  });
});
