import { encodeWorkerMessage } from '@lockstep/protocol';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { plainServer } from '../testing/plain-server.ts';

const HEARTBEAT = encodeWorkerMessage({ type: 'heartbeat', term: 1, step: 0, rowsDone: 0 });

/** A peer that was let in, and the bytes that count as its signs of life. */
async function admitted() {
  const { port, server, channels } = await plainServer();
  const peer = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await new Promise((resolve, reject) => peer.once('open', resolve).once('error', reject));
  const channel = channels[0]!;
  server.judge(channel, true);
  return { peer, bytes: () => server.bytesFrom(channel) };
}

const pings = (peer: WebSocket, count: number): Promise<void> =>
  new Promise((resolve) => {
    let left = count;
    peer.on('ping', () => --left === 0 && resolve());
  });

describe('a peer that was let in', () => {
  it('gives no sign of life by answering pings, nor by pings and pongs of its own', async () => {
    const { peer, bytes } = await admitted();
    await pings(peer, 2);
    peer.ping('is anybody there?');
    peer.pong('here');
    await new Promise((resolve) => peer.once('pong', resolve)); // everything before it has been read
    expect(bytes()).toBe(0);
  });

  it('gives one with each part of a message, whole or not, among pings or not', async () => {
    const { peer, bytes } = await admitted();
    peer.send(HEARTBEAT.subarray(0, 16), { fin: false });
    await expect.poll(bytes).toBe(16);
    peer.ping();
    peer.send(HEARTBEAT.subarray(16), { fin: true });
    await expect.poll(bytes).toBe(HEARTBEAT.length);
  });

  it('gives none with empty pieces of a message that never ends', async () => {
    const { peer, bytes } = await admitted();
    peer.send(HEARTBEAT.subarray(0, 16), { fin: false });
    for (let piece = 0; piece < 20; piece++) peer.send('', { fin: false });
    peer.ping();
    await new Promise((resolve) => peer.once('pong', resolve));
    expect(bytes()).toBe(16);
  });
});
