import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { DropArgument, Socket } from 'node:net';
import { VIEW_PATH } from '@lockstep/protocol';
import type { Channel, SharedSlots } from '@lockstep/transport';
import { addressOf, Entrance } from './door/entrance.ts';
import { guardRequests } from './door/guard-requests.ts';
import type { DoorLimits } from './door/limits.ts';
import { HTTP_REFUSALS, type Refusals } from './door/refusals.ts';
import { countBytes, type ByteCount } from './health/byte-count.ts';
import { listen, type ListenSetup } from './listen.ts';
import { httpHandler } from './public/http-handler.ts';
import { judgeRequest, type OwnNames } from './public/judge-request.ts';
import type { TlsFiles } from './tls.ts';
import type { ViewerDoor } from './viewers/viewer-door.ts';

/** Longest header of an HTTP request. */
const MAX_HEADER_BYTES = 8 * 1024;

export interface ServerSetup extends ListenSetup, OwnNames {
  readonly limits: DoorLimits;
  readonly refusals: Refusals;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  onConnection(channel: Channel): void;
  /** Makes memory to share with a worker of this machine; undefined where there is none. Left out where no worker comes. */
  shareMemory?(): Promise<SharedSlots | undefined>;
  /** Where those who watch come in, at `VIEW_PATH`. */
  readonly viewers: ViewerDoor;
  /** Why no worker is taken now; undefined while they are. */
  whyNotReady?(): string | undefined;
  /** What is counted, as Prometheus reads it; left out where nothing is. */
  metrics?(bytes: ByteCount): string;
  /** Whether who shows this token, or none, may read it. */
  mayReadMetrics?(token: string | undefined): boolean;
  /** Speak TLS with these. */
  readonly tls: TlsFiles | undefined;
}

export interface RunningServer {
  readonly port: number;
  /** Whoever is behind `channel` has shown what is asked of workers, or has not. */
  judge(channel: Channel, isAdmitted: boolean): void;
  /** Bytes that have come from whoever is behind `channel`. */
  bytesFrom(channel: Channel): number;
  /** Whoever is behind `channel` was asked for an answer: that is no flood. */
  expectAnswer(channel: Channel): void;
  close(): Promise<void>;
}

/**
 * Listens for workers and viewers, and serves the pages: to join, to watch.
 * @throws {CommandError} when the port is in use or the address is not this machine's
 */
export async function startServer(setup: ServerSetup): Promise<RunningServer> {
  const { limits, refusals } = setup;
  const entrance = new Entrance(setup);
  const options = {
    headersTimeout: limits.headerDeadlineMs,
    requestTimeout: limits.requestDeadlineMs,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const answer: RequestListener = httpHandler({
    ...setup,
    whyNotReady: () =>
      setup.whyNotReady?.() ?? (entrance.isFull ? HTTP_REFUSALS.connections.reason : undefined),
    metrics: setup.metrics && (() => setup.metrics!(bytes())),
    mayRead: (token) => setup.mayReadMetrics?.(token) ?? true,
    countGuess: (request) => entrance.countGuess(addressOf(request)),
    mayGuess: (request) => entrance.mayGuess(addressOf(request)),
    whyNoViewer: (request) => entrance.whyNot(addressOf(request)) ?? setup.viewers.refusal,
  });
  const http: Server =
    setup.tls === undefined ? createServer(options) : createTlsServer({ ...options, ...setup.tls });
  guardRequests(http, setup.tls === undefined ? 'connection' : 'secureConnection', {
    ...{ limits, refusals, now: () => setup.now() },
    turnAway: (socket, refusal, address) => entrance.turnAway(socket, refusal, address),
  });
  http.on('request', answer);
  const bytes = countBytes(http);
  http.maxConnections = limits.sockets;
  http.on('drop', (data?: DropArgument) =>
    refusals.count(HTTP_REFUSALS.connections, data?.remoteAddress ?? 'unknown'),
  );
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const address = (socket as Socket).remoteAddress ?? 'unknown';
    const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (isLate && (socket as Socket).bytesRead === 0) {
      refusals.count(HTTP_REFUSALS.spare, address);
      return void socket.destroy();
    }
    const refusal = isLate ? HTTP_REFUSALS.headerDeadline : HTTP_REFUSALS.badRequest;
    entrance.turnAway(socket, refusal, address);
  });
  http.on('upgrade', (request, socket, head) => {
    const address = addressOf(request);
    const judgement = judgeRequest(request, setup, request.headers.origin);
    if (judgement.refusal !== undefined) return entrance.turnAway(socket, judgement.refusal, address);
    const { path } = judgement;
    if (path === '/' || path === '') return entrance.upgrade(request, socket, head);
    if (path !== VIEW_PATH) return entrance.turnAway(socket, HTTP_REFUSALS.notFound, address);
    const refusal = entrance.refusalOf(address) ?? setup.viewers.refusal;
    if (refusal !== undefined) return entrance.turnAway(socket, refusal, address);
    setup.viewers.upgrade(request, socket, head, {
      onGuess: () => entrance.countGuess(address),
      onFlood: () => entrance.countFlood(address),
    });
  });
  return {
    port: await listen(http, setup),
    judge: (channel, isAdmitted) => entrance.judge(channel, isAdmitted),
    bytesFrom: (channel) => entrance.bytesFrom(channel),
    expectAnswer: (channel) => entrance.expectAnswer(channel),
    async close() {
      http.close();
      await setup.viewers.close();
      http.closeAllConnections();
      await entrance.close();
    },
  };
}
