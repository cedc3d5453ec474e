import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openChannel, TransportError, webSocketChannel } from './index.ts';
import { describeChannel } from './testing/describe-channel.ts';
import { FakeBrowserSocket } from './testing/fake-browser-socket.ts';
import { loopbackPair, startServer, stopServer } from './testing/loopback.ts';

describeChannel('a WebSocket from the client', loopbackPair);

describeChannel('a WebSocket from the server', async () => {
  const { left, right, dispose } = await loopbackPair();
  return { left: right, right: left, dispose };
});

describe('a WebSocket of ws', () => {
  it('is closed with 1003 when it sends a text, at the server and at the client', async () => {
    const { server, url } = await startServer();
    try {
      const closed = new Promise((resolve) =>
        server.once('connection', (socket) => webSocketChannel(socket).onClose(resolve)),
      );
      const client = new WebSocket(url);
      client.once('open', () => client.send('{"type":"hello"}'));
      const seen = new Promise((resolve) => client.once('close', resolve));
      expect(await closed).toMatchObject({ code: 1003 });
      expect(await seen).toBe(1003);
    } finally {
      await stopServer(server);
    }
  });

  it('loses no frame that the server sends with the handshake', async () => {
    const { server, url } = await startServer();
    try {
      server.once('connection', (socket) => webSocketChannel(socket).send(Uint8Array.of(42)));
      const channel = await openChannel(new WebSocket(url));
      const frame = await new Promise<Uint8Array>((resolve) => channel.onFrame(resolve));
      expect(frame).toEqual(Uint8Array.of(42));
    } finally {
      await stopServer(server);
    }
  });

  it('ends with 1006 and still flushes when the connection breaks', async () => {
    const { server, url } = await startServer();
    try {
      const connected = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
      const channel = await openChannel(new WebSocket(url));
      const socket = await connected;
      socket.pause();
      const flushed = new Promise<void>((resolve) => channel.send(new Uint8Array(8 * 1024 * 1024), resolve));
      const closed = new Promise((resolve) => channel.onClose(resolve));
      socket.terminate();
      expect(await closed).toEqual({ code: 1006, reason: '' });
      await flushed;
    } finally {
      await stopServer(server);
    }
  });

  it('that cannot connect rejects with what to do', async () => {
    const { server, url } = await startServer();
    await stopServer(server);
    const error: unknown = await openChannel(new WebSocket(url)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ code: 'unreachable', cause: { code: 'ECONNREFUSED' } });
    expect((error as Error).message).toContain(`cannot connect to ${url}`);
  });

  it('refused at the upgrade rejects with the status', async () => {
    const { server, url } = await startServer();
    try {
      server.options.verifyClient = () => false;
      await expect(openChannel(new WebSocket(url))).rejects.toThrow(/401/);
    } finally {
      await stopServer(server);
    }
  });
});

describe('a WebSocket of a browser', () => {
  it('is read as array buffers', () => {
    const socket = new FakeBrowserSocket();
    const frames: Uint8Array[] = [];
    webSocketChannel(socket).onFrame((frame) => frames.push(frame));
    socket.emit('message', { data: Uint8Array.of(1, 2).buffer });
    expect(socket.binaryType).toBe('arraybuffer');
    expect(frames).toEqual([Uint8Array.of(1, 2)]);
  });

  it('flushes at once, since its send copies', () => {
    const socket = new FakeBrowserSocket();
    let flushCount = 0;
    webSocketChannel(socket).send(Uint8Array.of(1), () => flushCount++);
    expect([socket.sent.length, flushCount]).toEqual([1, 1]);
  });

  it('sends a copy of memory that threads share, which it would refuse', () => {
    const socket = new FakeBrowserSocket();
    const frame = new Uint8Array(new SharedArrayBuffer(8), 2, 3).fill(7);
    webSocketChannel(socket).send(frame);
    expect(socket.sent).toEqual([Uint8Array.of(7, 7, 7)]);
  });

  it('is as far behind as its bufferedAmount says', () => {
    const socket = new FakeBrowserSocket();
    const channel = webSocketChannel(socket);
    socket.bufferedAmount = 77;
    expect(channel.bufferedBytes).toBe(77);
  });

  it.each([
    [1000, 1000],
    [4400, 4400],
    [1001, 4001],
    [1003, 4003],
  ])('is closed with a code it may send: %i becomes %i', (code, sent) => {
    const socket = new FakeBrowserSocket();
    webSocketChannel(socket).close(code, 'because');
    expect(socket.closes).toEqual([[sent, 'because']]);
  });

  it('is closed with a reason of at most 123 bytes, cut between characters', () => {
    const socket = new FakeBrowserSocket();
    webSocketChannel(socket).close(4400, 'ab' + '€'.repeat(60) + '🧮');
    expect(socket.closes).toEqual([[4400, 'ab' + '€'.repeat(40)]]);
    const other = new FakeBrowserSocket();
    webSocketChannel(other).close(4400, 'é'.repeat(59) + 'a🧮🧮');
    expect(other.closes).toEqual([[4400, 'é'.repeat(59) + 'a🧮']]);
  });

  it('that closes before it opens rejects', async () => {
    const socket = new FakeBrowserSocket(0);
    const opening = openChannel(socket);
    socket.emit('error', {});
    socket.emit('close', { code: 1006, reason: '' });
    await expect(opening).rejects.toThrow('cannot connect to ws://fake/ (closed with 1006)');
  });

  it('that is open already gives its channel', async () => {
    expect((await openChannel(new FakeBrowserSocket())).isOpen).toBe(true);
  });
});
