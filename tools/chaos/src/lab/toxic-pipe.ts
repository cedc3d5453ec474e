import type { Socket } from 'node:net';
import type { Toxics } from './toxic-proxy.ts';

/** Bytes that may wait here; beyond, the sender is held back as TCP does. */
const MOST_WAITING = 256 * 1024;

/** Pieces a second of a line with little bandwidth: its bytes trickle, and do not come in lumps with long silences between. */
const PIECES_A_SECOND = 20;

interface Piece {
  readonly bytes: Buffer;
  /** When it may be written, in milliseconds. */
  readonly dueAt: number;
}

/** One direction of a connection: takes what `source` receives and writes it to `target` as the toxics have it. */
export class ToxicPipe {
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #toxics: Readonly<Toxics>;
  readonly #random: () => number;
  readonly #pieces: Piece[] = [];
  #waitingBytes = 0;
  /** When the newest piece is due; none overtakes another. */
  #lastDueAt = 0;
  /** When the line is free again, as far as its bandwidth goes. */
  #freeAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDraining = false;
  #end: 'open' | 'ended' | 'broken' | 'passed' = 'open';
  #cut: { bytesLeft: number; readonly then: () => void } | undefined;

  constructor(source: Socket, target: Socket, toxics: Readonly<Toxics>, random: () => number) {
    this.#source = source;
    this.#target = target;
    this.#toxics = toxics;
    this.#random = random;
    source.on('data', (bytes) => this.#take(bytes));
    source.on('end', () => this.#onEnd('ended'));
    source.on('error', () => undefined);
    source.on('close', (hadError) => this.#onEnd(hadError ? 'broken' : 'ended'));
    target.on('drain', () => {
      this.#isDraining = false;
      this.wake();
    });
  }

  /** Calls `then` once `bytes` more have passed; nothing passes after them. */
  afterBytes(bytes: number, then: () => void): void {
    this.#cut = { bytesLeft: bytes, then };
    if (bytes === 0) this.wake();
  }

  /** Looks again at what may pass now. */
  wake(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pass();
    if (this.#waitingBytes < MOST_WAITING / 2) this.#source.resume();
  }

  #take(bytes: Buffer): void {
    const { latencyMs, jitterMs } = this.#toxics;
    const late = latencyMs + (2 * this.#random() - 1) * jitterMs;
    this.#lastDueAt = Math.max(this.#lastDueAt, performance.now() + Math.max(0, late));
    const size = this.#sizeOfPieces() ?? bytes.length;
    for (let at = 0; at < bytes.length; at += size) {
      this.#pieces.push({ bytes: bytes.subarray(at, at + size), dueAt: this.#lastDueAt });
    }
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= MOST_WAITING) this.#source.pause();
    this.#pass();
  }

  #sizeOfPieces(): number | undefined {
    const { sliceBytes, bytesPerSecond } = this.#toxics;
    if (sliceBytes > 0) return sliceBytes;
    return bytesPerSecond > 0 ? Math.ceil(bytesPerSecond / PIECES_A_SECOND) : undefined;
  }

  #onEnd(end: 'ended' | 'broken'): void {
    if (this.#end !== 'open') return;
    this.#end = end;
    this.#lastDueAt = Math.max(
      this.#lastDueAt,
      performance.now() + this.#toxics.latencyMs + this.#toxics.slowCloseMs,
    );
    this.#pass();
  }

  /** Writes what is due, and sets a timer for the rest. */
  #pass(): void {
    if (this.#timer !== undefined || this.#toxics.isBlackHole) return;
    for (;;) {
      if (this.#cut?.bytesLeft === 0) return this.#cutOff(this.#cut.then);
      const piece = this.#pieces[0];
      const dueAt = piece === undefined ? this.#lastDueAt : Math.max(piece.dueAt, this.#freeAt);
      if (piece === undefined && (this.#end === 'open' || this.#end === 'passed')) return;
      if (piece !== undefined && this.#isDraining) return;
      const now = performance.now();
      if (dueAt > now) {
        this.#timer = setTimeout(() => this.wake(), dueAt - now);
        return;
      }
      if (piece === undefined) return this.#passEnd();
      this.#pieces.shift();
      this.#write(piece.bytes, now);
    }
  }

  #write(bytes: Buffer, now: number): void {
    const passing = this.#cut === undefined ? bytes : bytes.subarray(0, this.#cut.bytesLeft);
    if (this.#cut !== undefined) this.#cut.bytesLeft -= passing.length;
    this.#waitingBytes -= bytes.length;
    const { bytesPerSecond } = this.#toxics;
    if (bytesPerSecond > 0)
      this.#freeAt = Math.max(now, this.#freeAt) + (passing.length / bytesPerSecond) * 1000;
    if (!this.#target.destroyed && !this.#target.write(passing)) this.#isDraining = true;
    if (this.#waitingBytes < MOST_WAITING / 2) this.#source.resume();
  }

  #passEnd(): void {
    const isBroken = this.#end === 'broken';
    this.#end = 'passed';
    if (this.#target.destroyed) return;
    if (isBroken) this.#target.resetAndDestroy();
    else this.#target.end();
  }

  #cutOff(then: () => void): void {
    this.#cut = undefined;
    this.#end = 'passed';
    this.#pieces.length = 0;
    then();
  }
}
