import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CLOSE_CODES, encodeWorkerMessage } from '@lockstep/protocol';
import { RunView } from '@lockstep/metrics';
import type { Channel, Close } from '@lockstep/transport';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { portsOf } from './identity/port-choice.ts';
import { doorLimits, type DoorLimits } from './door/limits.ts';
import { Refusals } from './door/refusals.ts';
import { PublicUrls } from './public/public-urls.ts';
import { startServer } from './server.ts';
import { ViewerDoor } from './viewers/viewer-door.ts';
import { ViewerHub } from './viewers/viewer-hub.ts';

const FRAME_BYTES = 100_000;

interface Peer {
  readonly channel: Channel;
  readonly frames: Uint8Array[];
  readonly closed: Promise<Close>;
}

/** Viewers are let in by nobody here. */
const viewerHub = (): ViewerHub =>
  new ViewerHub({
    view: new RunView(),
    admits: () => false,
    orders: { run: () => undefined, worker: () => undefined },
    data: { weights: () => new Uint8Array(), samples: () => new Uint8Array() },
    joinLinks: () => [],
    now: () => performance.now(),
  });

/** A server whose connections are collected, and what it counted. */
async function serving(changes: Partial<DoorLimits> = {}) {
  const peers: Peer[] = [];
  const now = (): number => performance.now();
  const refusals = new Refusals({ append: () => undefined, onFirst: () => undefined, now });
  const server = await startServer({
    host: '127.0.0.1',
    ports: portsOf({ given: 0, isGiven: true, last: undefined }),
    warn: () => undefined,
    publicUrls: new PublicUrls([]),
    limits: { ...doorLimits(FRAME_BYTES, 4), ...changes },
    refusals,
    now,
    viewers: new ViewerDoor(viewerHub()),
    tls: undefined,
    onConnection(channel) {
      const frames: Uint8Array[] = [];
      channel.onFrame((frame) => frames.push(frame));
      peers.push({ channel, frames, closed: new Promise((resolve) => channel.onClose(resolve)) });
    },
  });
  onTestFinished(async () => {
    for (const { channel } of peers) channel.close(CLOSE_CODES.done.code, '');
    await server.close();
  });
  return { server, refusals, peers };
}

const open = (port: number, headers: Record<string, string> = {}, path = '/'): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const client = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    client.once('open', () => resolve(client));
    client.once('error', reject);
  });

const closeOf = (client: WebSocket): Promise<string> =>
  new Promise((resolve) => client.once('close', (code, reason) => resolve(`${code} ${reason.toString()}`)));

/** Sends `bytes` and gives everything that comes back until the server cuts the connection. */
const exchange = (port: number, bytes: string | Buffer): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });

const handshake = (port: number): string =>
  `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';

describe('the server', () => {
  it.each<Record<string, string>>([{ Origin: 'http://elsewhere.example' }, { Host: 'rebound.example' }])(
    'answers 403 to a viewer of another site (%j), before the upgrade',
    async (headers) => {
      const { server, refusals } = await serving();
      await expect(open(server.port, headers, '/view')).rejects.toThrow('403');
      expect(refusals.totals()).toEqual({ foreign: 1 });
    },
  );

  it('writes what is sent in one go in one go, and what comes later by itself', async () => {
    const { server, peers } = await serving();
    const line = connect(server.port, '127.0.0.1');
    line.write(handshake(server.port));
    await expect.poll(() => peers.length).toBe(1);
    await once(line, 'data');
    const chunks: number[] = [];
    line.on('data', (chunk) => chunks.push(chunk.length));
    const { channel } = peers[0]!;
    for (const length of [10, 20, 30]) channel.send(new Uint8Array(length));
    // Each frame has a header of two bytes.
    await expect.poll(() => chunks).toEqual([12 + 22 + 32]);
    channel.send(new Uint8Array(40));
    await expect.poll(() => chunks).toEqual([66, 42]);
    line.destroy();
  });

  it('counts the wrong tokens of viewers as guesses, and then answers 429', async () => {
    const { server } = await serving({ guesses: { burst: 2, perSecond: 0 } });
    for (let guess = 0; guess < 2; guess++) {
      const viewer = await open(server.port, {}, '/view');
      viewer.send(JSON.stringify({ type: 'hello', role: 'admin', token: `guess-${guess}` }));
      expect(await closeOf(viewer)).toMatch(/^4401 /);
    }
    await expect(open(server.port, {}, '/view')).rejects.toThrow('429');
  });

  it('answers 503 to everyone beyond its connections, and lets others in when one goes', async () => {
    const { server, refusals } = await serving({ connections: 2 });
    const first = await open(server.port);
    await open(server.port);
    await expect(open(server.port)).rejects.toThrow('503');
    await expect(open(server.port)).rejects.toThrow('503');
    expect(refusals.totals()).toEqual({ connections: 2 });
    first.terminate();
    await expect
      .poll(() =>
        open(server.port).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  it('answers 429 to an address that connects too often', async () => {
    const { server, refusals } = await serving({ handshakes: { burst: 2, perSecond: 0 } });
    await open(server.port);
    await open(server.port);
    await expect(open(server.port)).rejects.toThrow('429');
    expect(refusals.totals()).toEqual({ handshakes: 1 });
  });

  it('answers 429 before the upgrade to an address that showed too many wrong tokens', async () => {
    const { server, refusals, peers } = await serving({ guesses: { burst: 2, perSecond: 0 } });
    await open(server.port);
    server.judge(peers[0]!.channel, false);
    await open(server.port);
    server.judge(peers[1]!.channel, false);
    await expect(open(server.port)).rejects.toThrow('429');
    expect(refusals.totals()).toEqual({ guesses: 1 });
  });

  describe('tells a page that asks why no WebSocket to it opened', () => {
    const why = async (port: number): Promise<[number, string | null, string]> => {
      const response = await fetch(`http://127.0.0.1:${port}/view`);
      return [response.status, response.headers.get('Lockstep-Answer'), await response.text()];
    };

    it('that it takes one now, if only it is asked for one, and uses up nothing by that', async () => {
      const { server } = await serving({ handshakes: { burst: 1, perSecond: 0 } });
      for (let time = 0; time < 3; time++)
        expect((await why(server.port)).slice(0, 2)).toEqual([426, 'upgrade']);
      await open(server.port, {}, '/view');
    });

    it('that there were too many connections', async () => {
      const { server, refusals } = await serving({ handshakes: { burst: 1, perSecond: 0 } });
      await open(server.port, {}, '/view');
      await expect(open(server.port, {}, '/view')).rejects.toThrow('429');
      const answer = [429, 'handshakes', 'too many connections from this address in a short time\n'];
      expect(await why(server.port)).toEqual(answer);
      expect(refusals.totals()).toEqual({ handshakes: 1 });
    });

    it('that there were too many wrong tokens', async () => {
      const { server, peers } = await serving({ guesses: { burst: 1, perSecond: 0 } });
      await open(server.port);
      server.judge(peers[0]!.channel, false);
      expect((await why(server.port)).slice(0, 2)).toEqual([429, 'guesses']);
    });

    it('that as many are open as it takes', async () => {
      const { server } = await serving({ connections: 1 });
      await open(server.port);
      expect((await why(server.port)).slice(0, 2)).toEqual([503, 'connections']);
    });

    it('that it asks too often', async () => {
      const { server } = await serving({ requests: { burst: 1, perSecond: 0 } });
      const request = `GET /view HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`;
      const answer = (await exchange(server.port, request.repeat(2))).toString('latin1');
      expect(answer).toMatch(/HTTP\/1\.1 429 Refused\r\n(\S+: .*\r\n)*Lockstep-Answer: requests\r\n/);
    });
  });

  it('refuses pages of other sites and names that are not its own', async () => {
    const { server, refusals } = await serving();
    await expect(open(server.port, { Origin: 'http://elsewhere.example' })).rejects.toThrow('403');
    await expect(open(server.port, { Host: 'rebound.example' })).rejects.toThrow('403');
    expect(refusals.totals()).toEqual({ foreign: 2 });
  });

  it('never agrees to compress', async () => {
    const { server } = await serving();
    const offer = handshake(server.port).replace(
      '\r\n\r\n',
      '\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n',
    );
    const answer = await exchange(
      server.port,
      Buffer.concat([Buffer.from(offer), Buffer.from('888000000000', 'hex')]),
    );
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer.toString('latin1')).not.toMatch(/extensions/i);
  });

  it('answers nonsense with 400 and a slow header with 408, and cuts the connection', async () => {
    const { server, refusals } = await serving({ headerDeadlineMs: 50, requestDeadlineMs: 100 });
    expect((await exchange(server.port, 'nonsense\r\n\r\n')).toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect((await exchange(server.port, 'GET / HTTP/1.1\r\nX: ')).toString()).toMatch(/^HTTP\/1\.1 408 /);
    const noSocket = handshake(server.port).replace('Sec-WebSocket-Key', 'X');
    expect((await exchange(server.port, noSocket)).toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect(refusals.totals()).toEqual({ badRequest: 2, headerDeadline: 1 });
  });

  it('closes a connection without a byte, as browsers keep some ready, with no word to anybody', async () => {
    const { server, refusals } = await serving({ headerDeadlineMs: 50, requestDeadlineMs: 100 });
    expect((await exchange(server.port, '')).toString()).toBe('');
    expect(refusals.totals()).toEqual({ spare: 1 });
  });

  it.each([
    ['a text', (client: WebSocket) => client.send('text'), CLOSE_CODES.textFrame],
    [
      'a message that is too long',
      (client: WebSocket) => client.send(Buffer.alloc(FRAME_BYTES + 1)),
      CLOSE_CODES.frameTooLarge,
    ],
    [
      'a message in too many pieces',
      (client: WebSocket) => {
        for (let piece = 0; piece < 1000; piece++) client.send(Buffer.alloc(1), { fin: false });
      },
      CLOSE_CODES.frameTooLarge,
    ],
    [
      'a control frame that is too long',
      (client: WebSocket) => rawOf(client).write(Buffer.from('89fe007f', 'hex')),
      CLOSE_CODES.protocolViolation,
    ],
    [
      'a text that is no UTF-8',
      (client: WebSocket) => rawOf(client).write(Buffer.from('818100000000ff', 'hex')),
      CLOSE_CODES.badUtf8,
    ],
  ] as const)(
    'closes %s with its code and reason, and counts it',
    async (_what, misbehave, { code, reason }) => {
      const { server, refusals, peers } = await serving();
      const client = await open(server.port);
      server.judge(peers[0]!.channel, true);
      const closed = closeOf(client);
      misbehave(client);
      expect(await closed).toBe(`${code} ${reason}`);
      expect(Object.values(refusals.totals())).toEqual([1]);
    },
  );

  it('takes no more than a hello from whom it has not let in', async () => {
    const { server, peers } = await serving();
    const stranger = await open(server.port);
    const closed = closeOf(stranger);
    stranger.send(Buffer.alloc(20_000));
    expect(await closed).toBe('1009 a message larger than any of this run');
    const worker = await open(server.port);
    server.judge(peers[1]!.channel, true);
    worker.send(Buffer.alloc(20_000));
    await expect.poll(() => peers[1]!.frames.length).toBe(1);
  });

  it('cuts a connection whose peer ignores a close', async () => {
    const { server, peers } = await serving();
    const answer = exchange(server.port, handshake(server.port));
    await expect.poll(() => peers.length).toBe(1);
    peers[0]!.channel.close(CLOSE_CODES.helloDeadline.code, CLOSE_CODES.helloDeadline.reason);
    expect((await answer).toString('latin1')).toContain(CLOSE_CODES.helloDeadline.reason);
    expect(await peers[0]!.closed).toMatchObject({ code: 1006 });
  });

  it('does not count those who leave', async () => {
    const { server, refusals, peers } = await serving();
    const client = await open(server.port);
    client.send(encodeWorkerMessage({ type: 'leave', reason: 'tired' }));
    client.close(1000);
    await peers[0]!.closed;
    expect(refusals.totals()).toEqual({});
  });
});

/** The TCP socket below a client of `ws`. */
const rawOf = (client: WebSocket): Socket => (client as unknown as { readonly _socket: Socket })._socket;
