import { CLOSE_CODES, closeCodeOf, type CloseCode } from '@lockstep/protocol';
import { WebSocket } from 'ws';
import type { DoorLine } from './door-line.ts';

/** What `ws` closes with where the protocol knows no such code: a message in too many pieces. */
const TOO_MANY_PIECES = 1008;

/** Whom no close frame reaches, since nothing does. */
const UNREACHABLE: ReadonlySet<CloseCode> = new Set([CLOSE_CODES.slowReader, CLOSE_CODES.silent]);

/**
 * What every socket of `ws` has here: no compression, and no limit on pings of its own, beyond which it cuts a peer without a
 * word: all frames are counted, and whoever sends too many is told.
 */
export const SOCKET_OPTIONS = { perMessageDeflate: false, maxPendingAutoPongs: 0 } as const;

/** How long a close may take to reach somebody who sends on and on, and is not read any more. */
const FLOOD_GRACE_MS = 500;

/**
 * A socket that closes with the codes and reasons of the protocol only, also where `ws` itself finds a fault, and that is cut
 * when the peer does not take its leave.
 */
export class DoorSocket extends WebSocket {
  /** How long the peer has to answer a close. */
  graceMs = 5000;
  /** Told of each close that begins here. */
  onClosing: ((close: CloseCode) => void) | undefined;

  /** The connection beneath. */
  line: DoorLine | undefined;
  #isGathering = false;

  /**
   * What is sent in one go leaves in one go: each write by itself costs a call of the system, and wakes the peer, which takes
   * a core away from whoever computes on this machine.
   */
  override send(data: Parameters<WebSocket['send']>[0], options?: unknown, callback?: unknown): void {
    this.#gather();
    super.send(data, options as object, callback as () => void);
  }

  #gather(): void {
    if (this.#isGathering || this.line === undefined) return;
    this.#isGathering = true;
    this.line.cork();
    queueMicrotask(() => {
      this.#isGathering = false;
      this.line?.uncork();
    });
  }

  override close(code?: number, data?: string | Buffer): void {
    // A peer's own close is echoed, with a buffer as its reason.
    if (this.readyState !== WebSocket.OPEN || code === undefined || data instanceof Buffer) {
      return super.close(code, data);
    }
    const close =
      code === TOO_MANY_PIECES ? CLOSE_CODES.frameTooLarge : (closeCodeOf(code) ?? CLOSE_CODES.internalError);
    super.close(close.code, data === undefined || data === '' ? close.reason : data);
    this.onClosing?.(close);
    const isFlood = close === CLOSE_CODES.tooManyMessages;
    if (isFlood) this.line?.shut();
    const graceMs = isFlood ? FLOOD_GRACE_MS : this.graceMs;
    setTimeout(() => this.terminate(), UNREACHABLE.has(close) ? 0 : graceMs).unref();
  }

  /** More comes than anybody asked for. */
  closeFlood(): void {
    this.close(CLOSE_CODES.tooManyMessages.code);
  }
}
