import { createServer, type IncomingMessage, type Server } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { CommandError, EXIT } from '@lockstep/config';
import { webSocketChannel, type Channel } from '@lockstep/transport';
import { WebSocketServer } from 'ws';
import { publicHost } from './addresses.ts';
import { pageHandler } from './page.ts';

/** Most connections at a time, workers and those that have not said hello yet. */
const MAX_CONNECTIONS = 512;
/** A connection whose peer answers no ping for so long is dead. */
const PING_EVERY_MS = 5000;
/** A frame comes in few pieces; millions of tiny ones are an attack on memory. */
const MAX_FRAGMENTS = 1024;

export interface ServerSetup {
  readonly host: string;
  readonly port: number;
  readonly maxFrameBytes: number;
  onConnection(channel: Channel): void;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens for workers (WebSocket on any path) and serves the page that lets a browser tab join.
 * @throws {CommandError} when the port is in use or the address is not this machine's
 */
export async function startServer(setup: ServerSetup): Promise<RunningServer> {
  const servePage = pageHandler();
  const http = createServer(
    { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 },
    (request, response) => {
      if (!isForeign(request, setup.host)) return servePage(request, response);
      response.writeHead(403, { 'Content-Type': 'text/plain' }).end('this coordinator has another name\n');
    },
  );
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: setup.maxFrameBytes,
    perMessageDeflate: false,
    maxFragments: MAX_FRAGMENTS,
  });
  http.on('upgrade', (request, socket, head) => {
    if (isForeign(request, setup.host)) return refuseUpgrade(socket, '403 Forbidden');
    if (sockets.clients.size >= MAX_CONNECTIONS) return refuseUpgrade(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (client) => {
      let isAlive = true;
      const pinger = setInterval(() => {
        if (!isAlive) return client.terminate();
        isAlive = false;
        client.ping();
      }, PING_EVERY_MS);
      client.on('pong', () => (isAlive = true));
      client.on('close', () => clearInterval(pinger));
      // The close event that follows says what happened; without a handler the error would end the process.
      client.on('error', () => undefined);
      setup.onConnection(webSocketChannel(client));
    });
  });
  await listen(http, setup);
  const address = http.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : setup.port,
    async close() {
      http.close();
      http.closeAllConnections();
      const open = [...sockets.clients];
      await Promise.all(
        open.map(
          (client) =>
            new Promise<void>((resolve) => {
              client.once('close', () => resolve());
              setTimeout(() => client.terminate(), 1000).unref();
            }),
        ),
      );
      sockets.close();
    },
  };
}

async function listen(http: Server, { host, port }: ServerSetup): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const remedies: Readonly<Record<string, string>> = {
        EADDRINUSE: `port ${port} of ${host} is in use: give another --port, or --port 0 for any free one`,
        EADDRNOTAVAIL: `${host} is no address of this machine: give another --host`,
        EACCES: `listening on port ${port} is not allowed: give a --port above 1023`,
        ENOTFOUND: `there is no host called ${host}: give an address of this machine as --host`,
      };
      const remedy = remedies[cause.code ?? ''] ?? `cannot listen on ${host}:${port}: ${cause.message}`;
      reject(new CommandError(EXIT.failed, remedy, { cause }));
    });
    http.listen(port, host, resolve);
  });
}

/**
 * Pages of other sites may open WebSockets to this one: a browser's Origin must be this server itself; and a name that a
 * stranger's DNS points here is refused: Host is an address, localhost, or a name this coordinator was told to have.
 */
function isForeign({ headers }: IncomingMessage, host: string): boolean {
  const { host: hostHeader = '', origin } = headers;
  const name = hostHeader.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const isOurs = isIP(name) !== 0 || ['localhost', host, publicHost()].includes(name);
  return (
    !isOurs ||
    (origin !== undefined && origin !== `http://${hostHeader}` && origin !== `https://${hostHeader}`)
  );
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
