import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AddressBuckets } from './address-buckets.ts';
import { DoorLine } from './door-line.ts';
import type { DoorLimits } from './limits.ts';
import { HTTP_REFUSALS, type Refusal, type Refusals } from './refusals.ts';

export interface GuardSetup {
  readonly limits: Pick<DoorLimits, 'requests'>;
  readonly refusals: Refusals;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Answers a request that comes to nothing, and counts it. */
  turnAway(socket: Duplex, refusal: Refusal, address: string): void;
}

/**
 * Bounds what HTTP costs: each connection's requests are parsed and answered one at a time, in turns with all others; those of an
 * address are counted; none has a body. Call it before the server listens, and before it has other handlers.
 * @param event that of a connection ready for HTTP: `secureConnection` where TLS comes first
 */
export function guardRequests(
  http: Server,
  event: 'connection' | 'secureConnection',
  { limits, refusals, now, turnAway }: GuardSetup,
): void {
  const requests = new AddressBuckets(limits.requests, now);
  const serve = http.listeners(event);
  http.removeAllListeners(event);
  http.on(event, (socket: Socket) => {
    const address = socket.remoteAddress ?? 'unknown';
    if (!requests.hasLeft(address)) {
      // Whoever has asked so much is not even listened to: that costs the least.
      refusals.count(HTTP_REFUSALS.requests, address);
      return void socket.destroy();
    }
    const line = new DoorLine(socket, {
      onRequest() {
        if (requests.take(address)) return true;
        turnAway(line, HTTP_REFUSALS.requests, address);
        return false;
      },
      onOverflow: () => turnAway(line, HTTP_REFUSALS.pipelined, address),
    });
    for (const listener of serve) listener.call(http, line);
  });
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const line = request.socket as unknown as DoorLine;
    if (hasBody(request)) response.shouldKeepAlive = false;
    response.once('close', () => line.answered());
  };
  http.on('request', onRequest);
  // Nobody has anything to send: whoever asks first whether it may is told the answer at once.
  http.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    http.emit('request', request, response),
  );
  http.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    onRequest(request, response);
    response.writeHead(417, { Connection: 'close' }).end();
  });
}

/** What follows its header is not read: the connection ends with the answer. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
