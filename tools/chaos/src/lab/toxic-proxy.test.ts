import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ToxicProxy, type Toxics } from './toxic-proxy.ts';

/** The other end of a connection: what it received, when its first byte came, and how it ended. */
class End {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  chunks = 0;
  firstAt = 0;
  end: 'none' | 'ended' | 'reset' = 'none';
  endAt = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.firstAt ||= performance.now();
      this.chunks++;
      this.received = Buffer.concat([this.received, bytes]);
    });
    socket.on('end', () => this.#end('ended'));
    socket.on('error', () => this.#end('reset'));
  }

  #end(end: 'ended' | 'reset'): void {
    this.end = end;
    this.endAt = performance.now();
  }
}

/** A client and a server with the proxy between them. */
async function connected(up: Partial<Toxics> = {}, down: Partial<Toxics> = {}) {
  const server = createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<End>((resolve) =>
    server.once('connection', (socket) => resolve(new End(socket))),
  );
  const proxy = await ToxicProxy.open(
    () => (server.address() as AddressInfo).port,
    () => 0.5,
  );
  Object.assign(proxy.up, up);
  Object.assign(proxy.down, down);
  const near = new End(connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }));
  const far = await accepted;
  onTestFinished(async () => {
    for (const { socket } of [near, far]) socket.destroy();
    await proxy.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return { proxy, near, far };
}

const bytesOf = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => index % 251));

describe('the proxy', () => {
  it('passes bytes and ends on as they are when nothing is wrong', async () => {
    const { near, far } = await connected();
    near.socket.end(bytesOf(100_000));
    far.socket.end(bytesOf(70_000));
    await expect.poll(() => [near.end, far.end]).toEqual(['ended', 'ended']);
    expect(far.received.equals(bytesOf(100_000))).toBe(true);
    expect(near.received.equals(bytesOf(70_000))).toBe(true);
  });

  it('delays every byte of one direction, and no byte overtakes another', async () => {
    const { proxy, near, far } = await connected({ latencyMs: 400 });
    const sentAt = performance.now();
    near.socket.write(bytesOf(10));
    far.socket.write(bytesOf(10));
    await expect.poll(() => near.received.length).toBe(10);
    proxy.up.latencyMs = 0;
    near.socket.write(bytesOf(20).subarray(10));
    await expect.poll(() => far.received.length).toBe(20);
    expect(far.firstAt).toBeGreaterThanOrEqual(sentAt + 399);
    expect(near.firstAt).toBeLessThan(far.firstAt);
    expect(far.received.equals(bytesOf(20))).toBe(true);
  });

  it('takes the time that a slow line takes, and lets its bytes trickle', async () => {
    const { near, far } = await connected({ bytesPerSecond: 20_000 });
    const sentAt = performance.now();
    near.socket.write(bytesOf(5000));
    await expect.poll(() => far.received.length).toBe(5000);
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(195);
    expect(far.chunks).toBeGreaterThan(1);
    expect(far.received.equals(bytesOf(5000))).toBe(true);
  });

  it('holds the sender back instead of taking everything in', async () => {
    const { near, far } = await connected({ bytesPerSecond: 1000 });
    let isHeldBack = false;
    near.socket.on('drain', () => (isHeldBack = false));
    for (let i = 0; i < 400; i++) isHeldBack = !near.socket.write(Buffer.alloc(64 * 1024)) || isHeldBack;
    await expect.poll(() => far.received.length).toBeGreaterThan(0);
    expect(isHeldBack).toBe(true);
    expect(near.socket.writableLength).toBeGreaterThan(0);
  });

  it('sends a frame in pieces of one byte', async () => {
    const { near, far } = await connected({ sliceBytes: 1 });
    near.socket.write(bytesOf(2000));
    await expect.poll(() => far.received.length).toBe(2000);
    expect(far.received.equals(bytesOf(2000))).toBe(true);
  });

  it('swallows one direction, the end of the connection with it, until it heals', async () => {
    const { proxy, near, far } = await connected();
    proxy.blackHole('up');
    near.socket.end(bytesOf(30));
    far.socket.write(bytesOf(5));
    await expect.poll(() => near.received.length).toBe(5);
    expect([far.received.length, far.end]).toEqual([0, 'none']);
    proxy.heal();
    await expect.poll(() => far.end).toBe('ended');
    expect(far.received.equals(bytesOf(30))).toBe(true);
  });

  it('resets both sides after so many bytes, and lets none through behind them', async () => {
    const { proxy, near, far } = await connected();
    const isReset = proxy.resetAfter(7);
    near.socket.write(bytesOf(20));
    await isReset;
    await expect.poll(() => near.end).toBe('reset');
    // Behind data that came just before, Node takes a reset for an end.
    await expect.poll(() => far.end).not.toBe('none');
    expect(far.received.equals(bytesOf(7)) || far.received.length === 0).toBe(true);
    expect(proxy.connections).toBe(0);
  });

  it('lets the end of a connection come late', async () => {
    const { near, far } = await connected({ slowCloseMs: 150 });
    const endedAt = performance.now();
    near.socket.end(bytesOf(3));
    await expect.poll(() => far.end).toBe('ended');
    expect(far.endAt - endedAt).toBeGreaterThanOrEqual(149);
    expect(far.firstAt - endedAt).toBeLessThan(149);
  });
});
