import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { frameOf, RawPeer } from './raw-peer.ts';

async function serving() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 1000 });
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.clients.forEach((client) => client.terminate());
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

describe('a hand-made frame', () => {
  it('is one that a WebSocket server takes', async () => {
    const { server, port } = await serving();
    const messages: string[] = [];
    server.on('connection', (client) => {
      client.on('error', () => undefined);
      client.on('message', (data: Buffer, isBinary) => messages.push(`${isBinary} ${data.length}`));
    });
    const peer = await RawPeer.open(port);
    for (const length of [0, 125, 126, 999]) peer.send(Buffer.alloc(length));
    peer.send(Buffer.from('text'), { opcode: 1 });
    peer.send(Buffer.alloc(5), { isLast: false });
    peer.send(Buffer.alloc(6), { opcode: 0 });
    await expect
      .poll(() => messages)
      .toEqual(['true 0', 'true 125', 'true 126', 'true 999', 'false 4', 'true 11']);
    peer.send(Buffer.alloc(1), { toldLength: 2 ** 40 });
    expect(await peer.ended).toMatchObject({ code: 1009 });
  });

  it('tells whatever length it is to tell', () => {
    expect(frameOf(Buffer.of(7), { isMasked: false }).toString('hex')).toBe('820107');
    expect(frameOf(Buffer.of(7), { toldLength: 300 }).toString('hex')).toBe('82fe012c0000000007');
    expect(frameOf(Buffer.of(), { opcode: 9, isLast: false, isCompressed: true }).toString('hex')).toBe(
      '498000000000',
    );
  });
});

describe('a raw peer', () => {
  it('finds the close behind other frames, and says when it came', async () => {
    const { server, port } = await serving();
    server.on('connection', (client) => {
      client.send(Buffer.alloc(70_000));
      client.send(Buffer.alloc(300));
      client.close(4999, 'enough');
    });
    const startedAt = performance.now();
    const peer = await RawPeer.open(port);
    expect(peer.status).toBe(101);
    const { code, reason, at } = await peer.ended;
    expect({ code, reason }).toEqual({ code: 4999, reason: 'enough' });
    expect(at).toBeGreaterThan(startedAt);
  });
});
