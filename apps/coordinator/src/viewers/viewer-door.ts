import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { MAX_VIEWER_MESSAGE_BYTES } from '@lockstep/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import { HTTP_REFUSALS, type Refusal } from '../door/refusals.ts';
import { speakNone } from '../door/subprotocols.ts';
import type { ViewerHub, ViewerSocket } from './viewer-hub.ts';

/** Most viewers at a time. */
const MAX_VIEWERS = 128;
/** A viewer that answers no ping for so long is gone. */
const PING_EVERY_MS = 10_000;
/** How long a viewer has to answer a close. */
const GRACE_MS = 1000;

/** Turns requests for `VIEW_PATH` into viewers' connections. */
export class ViewerDoor {
  readonly #hub: ViewerHub;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_VIEWER_MESSAGE_BYTES,
    maxFragments: 4,
    perMessageDeflate: false,
    handleProtocols: speakNone,
  });

  constructor(hub: ViewerHub) {
    this.#hub = hub;
  }

  /** Why nobody more may come in now. */
  get refusal(): Refusal | undefined {
    return this.#sockets.clients.size >= MAX_VIEWERS ? HTTP_REFUSALS.connections : undefined;
  }

  /** @param onGuess called when it shows a wrong token */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, onGuess: () => void): void {
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#welcome(client, onGuess));
  }

  /** Resolves when everybody is gone. */
  async close(): Promise<void> {
    this.#hub.close();
    const open = [...this.#sockets.clients];
    await Promise.all(open.map((client) => new Promise<void>((resolve) => client.once('close', resolve))));
    this.#sockets.close();
  }

  #welcome(client: WebSocket, onGuess: () => void): void {
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

const textOf = (data: unknown): string => (Buffer.isBuffer(data) ? data.toString('utf8') : '');
