import { GOLDEN_DIGEST } from '@lockstep/nn';
import { CONTRACT, encodeWorkerMessage, PROTOCOL_VERSION, VIEW_PATH } from '@lockstep/protocol';
import type { BenchmarkCase } from '../benchmark-case.ts';
import { flooded, type Flood } from '../contenders/floods.ts';
import { small } from './networks.ts';

const MOST_SLOWDOWN = 1.1;
/** So many of a message in one write: as cheap for its sender as can be. */
const AT_ONCE = 500;

const trainArgs = [
  ...small.args,
  '--workers',
  '2',
  '--threads',
  '1',
  '--max-steps',
  '400',
  '--checkpoint-every',
  '0',
];

const handshake = (port: number, path = '/'): Uint8Array =>
  Buffer.from(
    [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
      ...['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', '', ''],
    ].join('\r\n'),
  );

/** A frame of a client, with a mask of zeros. */
function frame(opcode: number, payload: Uint8Array, isLast = true): Buffer {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.of((isLast ? 0x80 : 0) | opcode, ...size, 0, 0, 0, 0), payload]);
}

const many = (bytes: Uint8Array): Uint8Array => Buffer.concat(Array.from({ length: AT_ONCE }, () => bytes));
const nothing = new Uint8Array();
const text = (message: object): Buffer => frame(1, Buffer.from(JSON.stringify(message)));

const hello = frame(
  2,
  encodeWorkerMessage({
    type: 'hello',
    ...{ protocol: PROTOCOL_VERSION, contract: CONTRACT, goldenDigest: GOLDEN_DIGEST },
    ...{ name: 'flooder', kind: 'process', engine: 'bench', backend: 'none', threads: 1 },
  }),
);
const heartbeat = frame(2, encodeWorkerMessage({ type: 'heartbeat', term: 1, step: 0, rowsDone: 0 }));

const byWorker =
  (chunk: Uint8Array) =>
  (port: number): Flood => ({ opening: handshake(port), hello, chunk: many(chunk) });
const byViewer =
  (type: string) =>
  (port: number): Flood => ({
    opening: handshake(port, VIEW_PATH),
    hello: text({ type: 'hello', role: 'viewer' }),
    chunk: many(text({ type })),
  });
const byRequests = (port: number): Flood => ({
  opening: nothing,
  hello: nothing,
  chunk: many(Buffer.from(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)),
});

const kinds: Readonly<Record<string, (port: number) => Flood>> = {
  'pipelined GETs': byRequests,
  heartbeats: byWorker(heartbeat),
  pings: byWorker(frame(9, nothing)),
  'empty fragments': byWorker(frame(2, nothing, false)),
  "a viewer's samples": byViewer('samples'),
  "a viewer's weights": byViewer('weights'),
};

/** A step under floods of what is valid, against the same flooder at a sink. */
export const floods: readonly BenchmarkCase[] = Object.entries(kinds).map(([kind, floodOf]) => ({
  name: `step under floods: ${kind}`,
  unit: 'ms/step',
  contenders: [flooded('sink', trainArgs, floodOf), flooded('coordinator', trainArgs, floodOf)],
  baseline: 'sink',
  requirements: [{ kind: 'time', contender: 'coordinator', against: 'sink', atMost: MOST_SLOWDOWN }],
  mostRounds: 5,
}));
