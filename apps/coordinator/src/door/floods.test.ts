import { connect, type Socket } from 'node:net';
import { Agent, request as httpRequest } from 'node:http';
import { CLOSE_CODES, encodeWorkerMessage } from '@lockstep/protocol';
import { RunView } from '@lockstep/metrics';
import type { Channel } from '@lockstep/transport';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { plainServer } from '../testing/plain-server.ts';
import { ViewerDoor } from '../viewers/viewer-door.ts';
import { ViewerHub } from '../viewers/viewer-hub.ts';
import { doorLimits, type DoorLimits } from './limits.ts';

const FRAME_BYTES = 100_000;
const HEARTBEAT = encodeWorkerMessage({ type: 'heartbeat', term: 1, step: 0, rowsDone: 0 });

/** A server to which volunteers may come to watch. */
async function serving(changes: Partial<DoorLimits> = {}) {
  const hub = new ViewerHub({
    ...{ view: new RunView(), joinLinks: () => [], now: () => performance.now() },
    admits: (role) => role === 'volunteer',
    orders: { run: () => undefined, worker: () => undefined },
    data: { weights: () => new Uint8Array(), samples: () => new Uint8Array() },
  });
  const limits = { ...doorLimits(FRAME_BYTES, 4), ...changes };
  return plainServer([], { limits, viewers: new ViewerDoor(hub) });
}

/** Counts the frames that came over a channel, and that will. */
function frameCount(channel: Channel): () => number {
  let frames = 0;
  channel.onFrame(() => frames++);
  return () => frames;
}

const open = (port: number, path = '/'): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const client = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    client.once('open', () => resolve(client));
    client.once('error', reject);
  });

const closeOf = (client: WebSocket): Promise<number> =>
  new Promise((resolve) => client.once('close', (code) => resolve(code)));

/** Sends `bytes` and gives everything that comes back until the server cuts the connection. */
const exchange = (port: number, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });

const statusesIn = (answer: string): readonly string[] =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status!);

const get = (path = '/nothing', more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}\r\n`;
const last = get('/nothing', 'Connection: close\r\n');

/** The longest time that the event loop of this process, which is the server's too, is held in one turn. */
async function longestTurn(during: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  }, 1);
  await during();
  clearInterval(timer);
  return longest;
}

describe('requests', () => {
  it('that are pipelined are answered in their order, one after the other', async () => {
    const { server } = await serving();
    expect(statusesIn(await exchange(server.port, get() + get('/favicon.svg') + last))).toHaveLength(3);
  });

  it('are answered whatever line ends come between them, and in whatever pieces they come', async () => {
    const { server } = await serving();
    expect(statusesIn(await exchange(server.port, `\r\n\r\n${get()}\r\n\n${last}`))).toHaveLength(2);
    const answered = new Promise<string>((resolve) => {
      let answer = '';
      const socket = connect(server.port, '127.0.0.1');
      socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
      socket.on('close', () => resolve(answer));
      void (async () => {
        for (const byte of get() + last) {
          socket.write(byte);
          await new Promise((next) => setImmediate(next));
        }
      })();
    });
    expect(statusesIn(await answered)).toHaveLength(2);
  });

  it('that wait for an answer in thousands end the connection with 429, and are not parsed', async () => {
    const { server, refusals } = await serving();
    const answer = await exchange(server.port, get().repeat(6000));
    expect(statusesIn(answer).length).toBeLessThan(500);
    expect(answer).toMatch(/HTTP\/1\.1 429 [^]*too many requests before an answer to the first\n$/);
    expect(refusals.totals()).toEqual({ pipelined: 1 });
  });

  it('of fifty connections with 6,000 each hold no turn of the event loop for long', async () => {
    const { server } = await serving();
    const flood = (): Promise<unknown> =>
      Promise.all(Array.from({ length: 50 }, () => exchange(server.port, get('/').repeat(6000))));
    expect(await longestTurn(flood)).toBeLessThan(250);
  });

  it('of one address beyond its allowance get 429, and then not even that', async () => {
    const { server, refusals } = await serving({ requests: { burst: 3, perSecond: 0 } });
    const answer = await exchange(server.port, get().repeat(5));
    expect(statusesIn(answer).at(-1)).toBe('429');
    expect(statusesIn(answer)).toHaveLength(4);
    expect(await exchange(server.port, last)).toBe('');
    expect(refusals.totals()).toEqual({ requests: 2 });
  });

  it('with a body, a trailer or an expectation are answered without reading it, and end the connection', async () => {
    const { server } = await serving();
    const post = (headers: string, body: string): string =>
      `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n\r\n${body}`;
    for (const request of [
      post('Content-Length: 5', 'hello') + get(),
      post('Transfer-Encoding: chunked\r\nTrailer: X', '5\r\nhello\r\n0\r\nX: y\r\n\r\n') + get(),
      post('Content-Length: 5\r\nExpect: 100-continue', '') + get(),
    ]) {
      expect(statusesIn(await exchange(server.port, request))).toEqual(['405']);
    }
    expect(statusesIn(await exchange(server.port, get('/', 'Expect: tea\r\n')))).toEqual(['417']);
  });

  it('for a WebSocket may come behind others on one connection', async () => {
    const { server, channels } = await serving();
    const upgrade = get(
      '/',
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n',
    );
    const frame = Buffer.concat([Buffer.of(0x82, 0x80 | HEARTBEAT.length, 0, 0, 0, 0), HEARTBEAT]);
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.write(Buffer.concat([Buffer.from(get() + upgrade), frame, frame]));
    await expect.poll(() => statusesIn(answer)).toEqual([expect.stringMatching(/200|404/), '101']);
    socket.write(frame);
    await expect.poll(frameCount(channels[0]!)).toBe(3);
    socket.destroy();
  });

  it('of a browser that keeps its connection are answered for as long as it likes, 304 where nothing is new', async () => {
    const { server } = await serving();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (
      headers: Record<string, string>,
    ): Promise<{ status: number; etag: string; isReused: boolean }> =>
      new Promise((resolve, reject) => {
        const asked = httpRequest(
          { ...{ port: server.port, host: '127.0.0.1', path: '/favicon.svg', agent, headers } },
          (response) => {
            response.resume().on('end', () =>
              resolve({
                status: response.statusCode!,
                etag: response.headers.etag ?? '',
                isReused: asked.reusedSocket,
              }),
            );
          },
        );
        asked.on('error', reject).end();
      });
    const first = await ask({});
    for (let time = 0; time < 20; time++) {
      expect(await ask({ 'If-None-Match': first.etag })).toMatchObject({
        status: first.status === 200 ? 304 : 404,
        isReused: true,
      });
    }
    agent.destroy();
  });
});

describe('messages', () => {
  it.each([
    ['heartbeats', (client: WebSocket) => client.send(HEARTBEAT)],
    ['empty messages', (client: WebSocket) => client.send(Buffer.alloc(0))],
    ['pings', (client: WebSocket) => client.ping()],
    ['pongs', (client: WebSocket) => client.pong()],
    ['empty pieces of a message', (client: WebSocket) => client.send(Buffer.alloc(0), { fin: false })],
  ] as const)('beyond what a worker has to say end its connection: %s', async (what, say) => {
    const { server, refusals, channels } = await serving({ maxFragments: 100_000 });
    const client = await open(server.port);
    server.judge(channels[0]!, true);
    const framesSeen = frameCount(channels[0]!);
    const closed = closeOf(client);
    for (let count = 0; count < 20_000; count++) say(client);
    expect(await closed).toBe(CLOSE_CODES.tooManyMessages.code);
    expect(refusals.totals()).toEqual({ tooManyMessages: 1 });
    expect(framesSeen()).toBeLessThan(300);
    if (what === 'heartbeats') expect(framesSeen()).toBeGreaterThan(200);
  });

  it('that answer leases are let through, however many', async () => {
    const { server, channels } = await serving({ frames: { burst: 8, perSecond: 0 } });
    const client = await open(server.port);
    server.judge(channels[0]!, true);
    const framesSeen = frameCount(channels[0]!);
    for (let lease = 0; lease < 1000; lease++) {
      server.expectAnswer(channels[0]!);
      client.send(HEARTBEAT);
    }
    await expect.poll(framesSeen).toBe(1000);
  });

  it('of one who watches are bounded too', async () => {
    const { server, refusals } = await serving();
    const viewer = await open(server.port, '/view');
    const closed = closeOf(viewer);
    viewer.send(JSON.stringify({ type: 'hello', role: 'volunteer' }));
    for (let count = 0; count < 1000; count++) viewer.send(JSON.stringify({ type: 'samples' }));
    expect(await closed).toBe(CLOSE_CODES.tooManyMessages.code);
    expect(refusals.totals()).toEqual({ tooManyMessages: 1 });
  });

  it('in floods keep their sender away for a while: each costs it as much as 32 connections', async () => {
    const { server, refusals, channels } = await serving({ handshakes: { burst: 40, perSecond: 0 } });
    for (let flood = 0; flood < 2; flood++) {
      const client = await open(server.port);
      server.judge(channels[flood]!, true);
      const closed = closeOf(client);
      for (let count = 0; count < 1000; count++) client.send(HEARTBEAT);
      expect(await closed).toBe(CLOSE_CODES.tooManyMessages.code);
    }
    await expect(open(server.port)).rejects.toThrow('429');
    expect(refusals.totals()).toEqual({ tooManyMessages: 2, handshakes: 1 });
  });
});
