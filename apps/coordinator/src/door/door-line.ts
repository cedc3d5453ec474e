import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { FrameMeter } from './frame-meter.ts';
import { RequestGate } from './request-gate.ts';

/** What a peer may have sent behind a request that is not answered yet: requests that it pipelines, or a first message. */
const MOST_WAITING_BYTES = 8 * 1024;

export interface DoorLineEvents {
  /** One more request is whole. @returns whether it may be answered */
  onRequest(): boolean;
  /** The peer sends more than may wait. */
  onOverflow(): void;
}

/** How a peer that speaks WebSocket is held back. */
interface Frames {
  readonly meter: FrameMeter;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  onFlood(): void;
}

/**
 * A connection, as HTTP and then WebSocket see it: a request at a time, the next one only when the last is answered and others
 * had their turn; then frames, as far as they may come. What is not let through is not read either, so that it costs the sender
 * its own memory.
 */
export class DoorLine extends Duplex {
  readonly #line: Socket;
  readonly #events: DoorLineEvents;
  readonly #gate = new RequestGate();
  /** What came behind the request that is being answered. */
  #waiting: Uint8Array | undefined;
  #isAnswering = false;
  #hasEnded = false;
  /** Whoever reads here has enough for now. */
  #isFull = false;
  #frames: Frames | undefined;
  #isShut = false;

  constructor(line: Socket, events: DoorLineEvents) {
    super({ allowHalfOpen: true, emitClose: true });
    this.#line = line;
    this.#events = events;
    line.on('data', (chunk) => this.#onData(chunk));
    line.on('end', () => {
      this.#hasEnded = true;
      if (this.#waiting === undefined) this.push(null);
    });
    line.on('error', (error) => this.destroy(error));
    line.on('timeout', () => this.emit('timeout'));
    line.on('close', () => this.destroy());
  }

  get remoteAddress(): string | undefined {
    return this.#line.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#line.remotePort;
  }

  /** As `tls` says it, for whoever asks whether this is HTTPS. */
  get encrypted(): boolean {
    return 'encrypted' in this.#line;
  }

  get bytesRead(): number {
    return this.#line.bytesRead;
  }

  setTimeout(millis: number): this {
    this.#line.setTimeout(millis);
    return this;
  }

  setNoDelay(isOn?: boolean): this {
    this.#line.setNoDelay(isOn);
    return this;
  }

  setKeepAlive(isOn?: boolean, delayMs?: number): this {
    this.#line.setKeepAlive(isOn, delayMs);
    return this;
  }

  /** Ends when what was written has left. */
  destroySoon(): void {
    if (!this.writableFinished) this.once('finish', () => this.destroy());
    if (this.writable) this.end();
    else if (this.writableFinished) this.destroy();
  }

  /** The request that was let through is answered: the next has its turn after everybody else's. */
  answered(): void {
    if (this.#frames !== undefined) return;
    setImmediate(() => {
      this.#isAnswering = false;
      this.#goOn();
    });
  }

  /** From here on the peer speaks WebSocket. */
  speakFrames(meter: FrameMeter, now: () => number, onFlood: () => void): void {
    this.#isAnswering = false;
    this.#frames = { meter, now, onFlood };
    this.#goOn();
  }

  /** Nothing more is read; what was written still leaves. */
  shut(): void {
    this.#isShut = true;
    this.#waiting = undefined;
    this.#line.pause();
  }

  override _read(): void {
    this.#isFull = false;
    this.#resume();
  }

  override _write(chunk: Uint8Array, _encoding: string, callback: (error?: Error | null) => void): void {
    this.#line.write(chunk, callback);
  }

  override _writev(
    chunks: readonly { readonly chunk: Uint8Array }[],
    callback: (error?: Error | null) => void,
  ): void {
    this.#line.cork();
    chunks.forEach(({ chunk }, index) =>
      this.#line.write(chunk, index === chunks.length - 1 ? callback : undefined),
    );
    this.#line.uncork();
  }

  override _final(callback: () => void): void {
    this.#line.end(callback);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#waiting = undefined;
    this.#line.destroy();
    callback(error);
  }

  #onData(chunk: Uint8Array): void {
    if (this.#isShut || this.destroyed) return;
    if (this.#frames !== undefined) return this.#passFrames(chunk, this.#frames);
    if (this.#waiting !== undefined) this.#waiting = Buffer.concat([this.#waiting, chunk]);
    else this.#waiting = chunk;
    this.#goOn();
  }

  #passFrames(chunk: Uint8Array, { meter, now, onFlood }: Frames): void {
    const length = meter.allowed(chunk, now());
    if (length > 0) this.#pass(length < chunk.length ? chunk.subarray(0, length) : chunk);
    if (length === chunk.length) return;
    this.shut();
    // What was let through may be a fault of its own, which its reader is to find first.
    setImmediate(onFlood);
  }

  #pass(bytes: Uint8Array): void {
    if (this.push(bytes)) return;
    this.#isFull = true;
    this.#line.pause();
  }

  /** Lets through what has its turn. */
  #goOn(): void {
    if (this.#isShut || this.destroyed) return;
    const waiting = this.#waiting;
    if (waiting === undefined) return this.#afterAll();
    if (this.#frames !== undefined) {
      this.#waiting = undefined;
      this.#passFrames(waiting, this.#frames);
      return this.#afterAll();
    }
    if (this.#isAnswering) return this.#hold(waiting);
    const bytes = this.#gate.skip(waiting);
    const { length, isComplete } = this.#gate.take(bytes);
    this.#waiting = length < bytes.length ? bytes.subarray(length) : undefined;
    if (isComplete) {
      if (!this.#events.onRequest()) return this.shut();
      this.#isAnswering = true;
      if (this.#waiting !== undefined) this.#hold(this.#waiting);
      if (this.#isShut || this.destroyed) return;
    }
    if (length > 0) this.#pass(bytes.subarray(0, length));
    this.#afterAll();
  }

  #hold(waiting: Uint8Array): void {
    if (waiting.length > MOST_WAITING_BYTES) {
      this.shut();
      return this.#events.onOverflow();
    }
    this.#line.pause();
  }

  #afterAll(): void {
    if (this.#waiting !== undefined || this.#isShut) return;
    if (this.#hasEnded) this.push(null);
    else this.#resume();
  }

  #resume(): void {
    if (!this.#isShut && !this.#isFull && this.#waiting === undefined) this.#line.resume();
  }
}
