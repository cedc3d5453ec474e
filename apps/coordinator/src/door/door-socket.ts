import type { Socket } from 'node:net';
import { CLOSE_CODES, closeCodeOf, type CloseCode } from '@lockstep/protocol';
import { WebSocket } from 'ws';

/** What `ws` closes with where the protocol knows no such code: a message in too many pieces. */
const TOO_MANY_PIECES = 1008;

/** Whom no close frame reaches, since nothing does. */
const UNREACHABLE: ReadonlySet<CloseCode> = new Set([CLOSE_CODES.slowReader, CLOSE_CODES.silent]);

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
  line: Socket | undefined;
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
    setTimeout(() => this.terminate(), UNREACHABLE.has(close) ? 0 : this.graceMs).unref();
  }
}
