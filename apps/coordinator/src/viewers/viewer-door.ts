import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLOSE_CODES, MAX_VIEWER_MESSAGE_BYTES } from '@lockstep/protocol';
import { TokenBucket, type Allowance } from '@lockstep/transport';
import { WebSocketServer, type WebSocket } from 'ws';
import type { DoorLine } from '../door/door-line.ts';
import { SOCKET_OPTIONS } from '../door/door-socket.ts';
import { FrameMeter } from '../door/frame-meter.ts';
import { HTTP_REFUSALS, type Refusal } from '../door/refusals.ts';
import { speakNone } from '../door/subprotocols.ts';
import type { ViewerHub, ViewerSocket } from './viewer-hub.ts';

/** Most viewers at a time. */
const MAX_VIEWERS = 128;
/** A viewer that answers no ping for so long is gone. */
const PING_EVERY_MS = 10_000;
/** How long a viewer has to answer a close. */
const GRACE_MS = 1000;
/** How often what a viewer may send is looked at. */
const SETTLE_EVERY_MS = 500;

/** Messages of a viewer: a dashboard asks for something every half second, a person gives few orders. */
export const VIEWER_FRAMES: Allowance = { burst: 64, perSecond: 8 };

/** What a viewer can do wrong. */
export interface ViewerFaults {
  /** It showed a wrong token. */
  onGuess(): void;
  /** It sent more messages than it may. */
  onFlood(): void;
}

/** Turns requests for `VIEW_PATH` into viewers' connections. */
export class ViewerDoor {
  readonly #hub: ViewerHub;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_VIEWER_MESSAGE_BYTES,
    maxFragments: 4,
    handleProtocols: speakNone,
    ...SOCKET_OPTIONS,
  });

  constructor(hub: ViewerHub) {
    this.#hub = hub;
  }

  /** How many are connected. */
  get count(): number {
    return this.#sockets.clients.size;
  }

  /** Why nobody more may come in now. */
  get refusal(): Refusal | undefined {
    return this.#sockets.clients.size >= MAX_VIEWERS ? HTTP_REFUSALS.connections : undefined;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, faults: ViewerFaults): void {
    const frames = new TokenBucket(VIEWER_FRAMES, now());
    const line = socket as DoorLine;
    let client: WebSocket | undefined;
    line.speakFrames(new FrameMeter(frames), now, () => {
      if (client === undefined) return;
      faults.onFlood();
      const { code, reason } = CLOSE_CODES.tooManyMessages;
      client.close(code, reason);
      setTimeout(() => client?.terminate(), GRACE_MS).unref();
    });
    const settler = setInterval(() => frames.settle(now()), SETTLE_EVERY_MS);
    line.once('close', () => clearInterval(settler));
    this.#sockets.handleUpgrade(request, socket, head, (opened) => {
      client = opened;
      this.#welcome(opened, faults);
    });
  }

  /** Resolves when everybody is gone. */
  async close(): Promise<void> {
    this.#hub.close();
    const open = [...this.#sockets.clients];
    await Promise.all(open.map((client) => new Promise<void>((resolve) => client.once('close', resolve))));
    this.#sockets.close();
  }

  #welcome(client: WebSocket, { onGuess }: ViewerFaults): void {
    let isAlive = true;
    const pinger = setInterval(() => {
      if (!isAlive) return client.terminate();
      isAlive = false;
      client.ping();
    }, PING_EVERY_MS);
    const socket: ViewerSocket = {
      send: (message) => client.send(message),
      get bufferedBytes() {
        return client.bufferedAmount;
      },
      onGuess,
      close({ code, reason }) {
        client.close(code, reason);
        setTimeout(() => client.terminate(), GRACE_MS).unref();
      },
    };
    client.on('pong', () => (isAlive = true));
    client.on('message', (data, isBinary) => this.#hub.receive(socket, isBinary ? '' : textOf(data)));
    client.on('close', () => {
      clearInterval(pinger);
      this.#hub.disconnect(socket);
    });
    // The close event that follows says what happened; without a handler the error would end the process.
    client.on('error', () => undefined);
    this.#hub.connect(socket);
  }
}

const now = (): number => performance.now();

const textOf = (data: unknown): string => (Buffer.isBuffer(data) ? data.toString('utf8') : '');
