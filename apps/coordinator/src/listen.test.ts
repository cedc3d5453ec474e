import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { portsOf } from './identity/port-choice.ts';
import { reservePort, type ReservedPort } from './listen.ts';

const reserve = (): Promise<ReservedPort> =>
  reservePort({
    host: '127.0.0.1',
    ports: portsOf({ given: 0, isGiven: true, last: undefined }),
    warn: () => undefined,
  });

function answering(): Server {
  const http = createServer((_request, response) => void response.end('here'));
  onTestFinished(() => void http.close());
  return http;
}

const call = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).once('error', reject);
  });

describe('a port that is reserved', () => {
  it('answers those who came before there was anybody who answers', async () => {
    const reserved = await reserve();
    const early = await call(reserved.port);
    early.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await reserved.handOver(answering());
    expect(await text(early)).toContain('here');
  });

  it('forgets who was reset meanwhile, as a balancer does that only looks whether the port is open', async () => {
    const reserved = await reserve();
    const [gone, stays] = [await call(reserved.port), await call(reserved.port)];
    onTestFinished(() => void stays.destroy());
    gone.resetAndDestroy();
    // Both ends live in this process: a few turns later the reset has been read here.
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    const http = answering();
    const handedOver: Socket[] = [];
    http.on('connection', (socket: Socket) => handedOver.push(socket));
    await reserved.handOver(http);
    expect(handedOver.map(({ destroyed }) => destroyed)).toEqual([false]);
  });

  it('is free again when it is given back', async () => {
    const reserved = await reserve();
    const early = await call(reserved.port);
    reserved.release();
    await text(early);
    await expect(call(reserved.port)).rejects.toThrow('ECONNREFUSED');
  });
});
