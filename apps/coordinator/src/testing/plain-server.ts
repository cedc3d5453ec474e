import { connect } from 'node:net';
import { coordinatorOptions } from '@lockstep/config';
import { RunView } from '@lockstep/metrics';
import { CLOSE_CODES } from '@lockstep/protocol';
import type { Channel } from '@lockstep/transport';
import { onTestFinished } from 'vitest';
import { doorLimits } from '../door/limits.ts';
import { Refusals } from '../door/refusals.ts';
import { portsOf } from '../identity/port-choice.ts';
import { PublicUrls } from '../public/public-urls.ts';
import { startServer, type RunningServer, type ServerSetup } from '../server.ts';
import { ViewerDoor } from '../viewers/viewer-door.ts';
import { ViewerHub } from '../viewers/viewer-hub.ts';

interface PlainServer {
  readonly port: number;
  readonly server: RunningServer;
  /** What it counted. */
  readonly refusals: Refusals;
  /** Those who came in as workers. */
  readonly channels: readonly Channel[];
}

/** A server on a free port, called by those public addresses. */
export async function plainServer(
  publicUrls: readonly string[] = [],
  changes: Partial<ServerSetup> = {},
): Promise<PlainServer> {
  const now = (): number => performance.now();
  const refusals = new Refusals({ append: () => undefined, onFirst: () => undefined, now });
  const channels: Channel[] = [];
  const hub = new ViewerHub({
    ...{ view: new RunView(), admits: () => false, joinLinks: () => [], now },
    orders: { run: () => undefined, worker: () => undefined },
    data: { weights: () => new Uint8Array(), samples: () => new Uint8Array() },
  });
  const server = await startServer({
    ports: portsOf({ given: 0, isGiven: true, last: undefined }),
    warn: () => undefined,
    ...{ host: '127.0.0.1', limits: doorLimits(100_000, 4), refusals, now, tls: undefined },
    publicUrls: new PublicUrls(publicUrls.length === 0 ? [] : coordinatorOptions.publicUrl.parse(publicUrls)),
    viewers: new ViewerDoor(hub),
    onConnection: (channel) => void channels.push(channel),
    ...changes,
  });
  onTestFinished(async () => {
    for (const channel of channels) channel.close(CLOSE_CODES.done.code, '');
    await server.close();
  });
  return { port: server.port, server, refusals, channels };
}

/** An answer to a request whose bytes the test chose. */
export interface RawAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends the lines of a request as they are, and gives what comes back. An upgrade that succeeds is cut. */
export const rawRequest = (port: number, lines: readonly string[]): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    const finish = (): void => {
      socket.destroy();
      resolve(answerOf(text));
    };
    socket.setTimeout(5000, () => reject(new Error(`no answer: ${JSON.stringify(text)}`)));
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const head = text.split('\r\n\r\n')[0]!;
      const length = lines[0]!.startsWith('HEAD ')
        ? 0
        : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const isWhole = text.includes('\r\n\r\n') && text.length >= head.length + 4 + length;
      if (isWhole) finish();
    });
    socket.on('error', reject);
    socket.on('close', finish);
  });

function answerOf(text: string): RawAnswer {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
    }),
  );
  return { status: Number(first.split(' ')[1]), headers, body: body.join('\r\n\r\n') };
}

/** The lines of a handshake. */
export const handshakeLines = (path: string, headers: readonly string[]): readonly string[] => [
  `GET ${path} HTTP/1.1`,
  ...headers,
  ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];
