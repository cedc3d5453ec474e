import type { Socket } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, type WebSocketServer } from 'ws';
import type { Channel } from './channel.ts';
import { ReceivedMemory } from './received-memory.ts';
import { webSocketChannel } from './web-socket-channel.ts';
import { startServer, stopServer } from './testing/loopback.ts';

const frameOf = (number: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + number * 7) & 0xff);

describe('the memory of received frames', () => {
  let server: WebSocketServer;
  let client: WebSocket;
  let channel: Channel;
  const chunks: Uint8Array[] = [];
  beforeAll(async () => {
    const started = await startServer();
    server = started.server;
    const connected = new Promise<void>((resolve) =>
      server.once('connection', (socket, { socket: line }: { socket: Socket }) => {
        channel = webSocketChannel(socket, new ReceivedMemory(line, socket));
        line.on('data', (chunk: Buffer) => chunks.push(chunk));
        resolve();
      }),
    );
    client = new WebSocket(started.url, { perMessageDeflate: false });
    await connected;
    await new Promise((resolve) =>
      client.readyState === WebSocket.OPEN ? resolve(0) : client.once('open', resolve),
    );
  });
  afterAll(() => stopServer(server));

  /** Sends frames of these lengths, gives back those that `isKept` does not keep; the kept ones, when all are there. */
  async function exchange(lengths: readonly number[], isKept: (number: number) => boolean) {
    const kept = new Map<number, Uint8Array>();
    let number = 0;
    const all = new Promise<void>((resolve) => {
      channel.onFrame((frame) => {
        if (isKept(number)) kept.set(number, frame);
        else channel.recycle(frame.buffer);
        if (++number === lengths.length) resolve();
      });
    });
    lengths.forEach((length, i) => client.send(frameOf(i, length)));
    await all;
    return kept;
  }

  it('stays as it is while it is not given back, whatever arrives and is given back around it', async () => {
    const length = fc.oneof(fc.nat(200), fc.nat(70_000), fc.nat(400_000));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(length, fc.boolean()), { minLength: 1, maxLength: 12 }),
        async (frames) => {
          const kept = await exchange(
            frames.map(([bytes]) => bytes),
            (number) => frames[number]![1],
          );
          for (const [number, frame] of kept) {
            expect(Buffer.compare(frame, frameOf(number, frames[number]![0]))).toBe(0);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is freed at once when a long frame is given back, with the chunks that it came in', async () => {
    chunks.length = 0;
    const kept = await exchange([2_000_000, 2_000_000], () => true);
    const [first] = kept.values();
    expect(first!.buffer.byteLength).toBe(2_000_000);
    channel.recycle(first!.buffer);
    expect(first!.buffer.byteLength).toBe(0);
    const freed = chunks.filter(({ byteLength }) => byteLength === 0);
    expect(chunks.length).toBeGreaterThan(20);
    expect(freed.length).toBeGreaterThan(chunks.length - 8);
  });
});
