import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLOSE_CODES, type CloseCode } from '@lockstep/protocol';
import { asksForMemory } from '@lockstep/same-host';
import {
  ReceivedMemory,
  SlotChannel,
  TokenBucket,
  webSocketChannel,
  type Channel,
  type SharedSlots,
} from '@lockstep/transport';
import { WebSocketServer, type Server } from 'ws';
import { AddressBuckets } from './address-buckets.ts';
import type { DoorLine } from './door-line.ts';
import { DoorSocket, SOCKET_OPTIONS } from './door-socket.ts';
import { FrameMeter } from './frame-meter.ts';
import type { DoorLimits } from './limits.ts';
import { ANSWER_HEADER, HTTP_REFUSALS, type Refusal, type Refusals } from './refusals.ts';
import { speakNone } from './subprotocols.ts';

/** How often everybody's signs of life are looked at, and asked for. */
const LOOK_EVERY_MS = 500;
/** Looks without a byte from a peer after which it is gone. Looks and not seconds: a stall of this process is nobody's fault. */
const SILENT_LOOKS = 20;
/** How long those who were never let in have to answer a close. */
const STRANGER_GRACE_MS = 500;

/** A worker's answer to a lease, what it says about memory, and the pieces that a browser may cut it into. */
export const FRAMES_OF_ANSWER = 4;
/** Connections that somebody who floods could have opened instead: a flood costs the coordinator as much as so many. */
export const HANDSHAKES_OF_FLOOD = 32;

const ENDINGS: ReadonlySet<CloseCode> = new Set([CLOSE_CODES.done, CLOSE_CODES.goingAway]);

/** One connection, as the door sees it. */
interface Visitor {
  readonly client: DoorSocket;
  readonly address: string;
  readonly bytesRead: () => number;
  /** Small frames that it may send. */
  readonly frames: TokenBucket;
  readonly meter: FrameMeter;
  /** Its channel, where it takes memory of this machine and was not offered any yet. */
  takesMemory: SlotChannel | undefined;
  isAdmitted: boolean;
  bytesSeen: number;
  silentLooks: number;
}

export interface EntranceSetup {
  readonly limits: DoorLimits;
  readonly refusals: Refusals;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  onConnection(channel: Channel): void;
  /** Makes memory to share with a worker of this machine; undefined where there is none. Left out where no worker comes. */
  shareMemory?(): Promise<SharedSlots | undefined>;
}

/** Turns HTTP requests into channels, within limits, and watches over them; what they say is for others to judge. */
export class Entrance {
  readonly #setup: EntranceSetup;
  readonly #sockets: Server<typeof DoorSocket>;
  readonly #handshakes: AddressBuckets;
  readonly #guesses: AddressBuckets;
  readonly #visitors = new Map<Channel, Visitor>();
  readonly #looker: NodeJS.Timeout;

  constructor(setup: EntranceSetup) {
    this.#setup = setup;
    const { limits } = setup;
    this.#handshakes = new AddressBuckets(limits.handshakes, setup.now);
    this.#guesses = new AddressBuckets(limits.guesses, setup.now);
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: limits.maxFrameBytes,
      maxFragments: limits.maxFragments,
      handleProtocols: speakNone,
      ...SOCKET_OPTIONS,
      WebSocket: DoorSocket,
    });
    this.#sockets.on('wsClientError', (_error, socket, request) =>
      this.turnAway(socket, HTTP_REFUSALS.badRequest, addressOf(request)),
    );
    this.#looker = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Takes a request to speak WebSocket, or answers why not. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const address = addressOf(request);
    const refusal = this.refusalOf(address);
    if (refusal !== undefined) return this.turnAway(socket, refusal, address);
    const { limits, now } = this.#setup;
    const frames = new TokenBucket(limits.frames, now());
    let client: DoorSocket | undefined;
    // The guard in front of the server has made every connection one of these.
    const meter = new FrameMeter(frames);
    (socket as DoorLine).speakFrames(meter, now, () => client?.closeFlood());
    this.#sockets.handleUpgrade(request, socket, head, (opened) => {
      client = opened;
      this.#welcome(opened, request, { address, frames, meter });
    });
  }

  /** Answers a request that does not become a connection, and counts it. */
  turnAway(socket: Duplex, refusal: Refusal, address: string): void {
    this.#setup.refusals.count(refusal, address);
    socket.on('error', () => undefined);
    socket.once('finish', () => socket.destroy());
    const retry = refusal.code === 429 || refusal.code === 503 ? 'Retry-After: 10\r\n' : '';
    const name = `${ANSWER_HEADER}: ${refusal.name}\r\n`;
    const head = `HTTP/1.1 ${refusal.code} Refused\r\n${retry}${name}Connection: close\r\nContent-Type: text/plain\r\n`;
    const body = `${refusal.reason}\n`;
    socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  /** Whoever is behind `channel` has shown what is asked of workers, or has not. */
  judge(channel: Channel, isAdmitted: boolean): void {
    const visitor = this.#visitors.get(channel);
    if (visitor === undefined) return;
    if (!isAdmitted) return this.countGuess(visitor.address);
    visitor.isAdmitted = true;
    visitor.client.graceMs = 5000;
    void this.#shareMemory(visitor);
  }

  /** Somebody at `address` showed a wrong token. */
  countGuess(address: string): void {
    this.#guesses.take(address);
  }

  /** Somebody at `address` sent more messages than anybody asked for: it is not to come back at once, and again. */
  countFlood(address: string): void {
    this.#setup.refusals.count(nameOf(CLOSE_CODES.tooManyMessages), address);
    this.#handshakes.spend(address, HANDSHAKES_OF_FLOOD);
  }

  /** Whoever is behind `channel` was asked for an answer: that is no flood. */
  expectAnswer(channel: Channel): void {
    this.#visitors.get(channel)?.frames.expect(FRAMES_OF_ANSWER);
  }

  /** Whether somebody at `address` may show another token. */
  mayGuess(address: string): boolean {
    return this.#guesses.hasLeft(address);
  }

  /** Whether nobody more may come in now. */
  get isFull(): boolean {
    return this.#visitors.size >= this.#setup.limits.connections;
  }

  /** Bytes of messages that have come from whoever is behind `channel`, whole or not; 0 when nobody is. */
  bytesFrom(channel: Channel): number {
    return this.#visitors.get(channel)?.meter.messageBytes ?? 0;
  }

  /** Resolves when everybody is gone; who does not answer the close within a second is cut off. */
  async close(): Promise<void> {
    clearInterval(this.#looker);
    const leaving = [...this.#visitors.values()].map(
      ({ client }) =>
        new Promise<void>((resolve) => {
          client.once('close', () => resolve());
          setTimeout(() => client.terminate(), 1000).unref();
        }),
    );
    await Promise.all(leaving);
    this.#sockets.close();
  }

  /** Why nobody from `address` may open a connection now; undefined where one may. */
  whyNot(address: string): Refusal | undefined {
    if (this.isFull) return HTTP_REFUSALS.connections;
    if (!this.#guesses.hasLeft(address)) return HTTP_REFUSALS.guesses;
    return this.#handshakes.hasLeft(address) ? undefined : HTTP_REFUSALS.handshakes;
  }

  /** The same of somebody who opens one; who may has used up a handshake. */
  refusalOf(address: string): Refusal | undefined {
    const refusal = this.whyNot(address);
    if (refusal === undefined) this.#handshakes.take(address);
    return refusal;
  }

  async #shareMemory(visitor: Visitor): Promise<void> {
    const channel = visitor.takesMemory;
    visitor.takesMemory = undefined;
    const slots = channel && (await this.#setup.shareMemory?.());
    if (slots !== undefined) channel!.offer(slots);
  }

  #welcome(
    client: DoorSocket,
    { headers, socket }: IncomingMessage,
    { address, frames, meter }: Pick<Visitor, 'address' | 'frames' | 'meter'>,
  ): void {
    const line = webSocketChannel(client, new ReceivedMemory(socket, client));
    const takesMemory = asksForMemory(headers, address) ? new SlotChannel(line) : undefined;
    const channel = takesMemory ?? line;
    const { refusals, limits } = this.#setup;
    const visitor: Visitor = {
      client,
      ...{ address, frames, meter },
      bytesRead: () => socket.bytesRead,
      takesMemory,
      isAdmitted: false,
      bytesSeen: socket.bytesRead,
      silentLooks: 0,
    };
    this.#visitors.set(channel, visitor);
    client.graceMs = STRANGER_GRACE_MS;
    client.line = socket as Duplex as DoorLine;
    client.onClosing = (close) => {
      if (close === CLOSE_CODES.tooManyMessages) this.countFlood(address);
      else if (!ENDINGS.has(close)) refusals.count(nameOf(close), address);
    };
    client.on('close', () => this.#visitors.delete(channel));
    // The close that follows says what happened; without a listener the error would end the process.
    client.on('error', () => undefined);
    const mostBytes = socket.bytesRead + limits.maxBytesBeforeHello;
    const countBytes = (): void => {
      if (visitor.isAdmitted) return void socket.off('data', countBytes);
      if (socket.bytesRead > mostBytes) client.close(CLOSE_CODES.frameTooLarge.code);
    };
    socket.on('data', countBytes);
    this.#setup.onConnection(channel);
  }

  /** Asks those who were let in for a sign of life; any byte is one, also of a message that takes minutes to arrive. */
  #look(): void {
    const now = this.#setup.now();
    for (const visitor of this.#visitors.values()) {
      visitor.frames.settle(now);
      if (!visitor.isAdmitted) continue;
      const bytes = visitor.bytesRead();
      visitor.silentLooks = bytes === visitor.bytesSeen ? visitor.silentLooks + 1 : 0;
      visitor.bytesSeen = bytes;
      if (visitor.silentLooks < SILENT_LOOKS) visitor.client.ping();
      else visitor.client.close(CLOSE_CODES.silent.code);
    }
  }
}

/** The address of a peer, as the journal and the limits know it. */
export const addressOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? 'unknown';

const NAMES: ReadonlyMap<CloseCode, string> = new Map(
  Object.entries(CLOSE_CODES).map(([name, close]) => [close, name]),
);

const nameOf = (close: CloseCode): Refusal => ({
  name: NAMES.get(close) ?? 'internalError',
  code: close.code,
  reason: close.reason,
});
