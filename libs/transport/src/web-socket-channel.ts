import { CLOSE_CODES } from '@lockstep/protocol';
import type { Channel, Close } from './channel.ts';
import { clipReason } from './clip-reason.ts';
import { Inbox } from './inbox.ts';
import type { ReceivedMemory } from './received-memory.ts';
import { OPEN, type WebSocketLike } from './web-socket-like.ts';

/**
 * A channel over a WebSocket of a browser or of the `ws` package. Make it before the first message can arrive: as soon as
 * the socket exists, or in the server's `connection` handler. Text messages close it with 1003. The largest frame is the
 * socket's own setting (`maxPayload` of `ws`).
 * @param memory that of a socket of `ws`, made before; a browser tells nothing of its own
 */
export function webSocketChannel(socket: WebSocketLike, memory?: ReceivedMemory): Channel {
  return new WebSocketChannel(socket, memory);
}

class WebSocketChannel implements Channel {
  readonly #socket: WebSocketLike;
  readonly #inbox = new Inbox();
  /** A socket of `ws`: it hands over views of what it received and reports when a frame was sent. */
  readonly #isWs: boolean;
  readonly #memory: ReceivedMemory | undefined;
  #isClosing = false;

  constructor(socket: WebSocketLike, memory: ReceivedMemory | undefined) {
    this.#socket = socket;
    this.#memory = memory;
    this.#isWs = socket.binaryType === 'nodebuffer';
    // In `ws` an `arraybuffer` would be one more copy of every frame; a browser has no copy to avoid.
    if (!this.#isWs) socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#onMessage(data));
    socket.addEventListener('close', ({ code, reason }) => this.#inbox.end({ code, reason }));
    // A `close` event follows every error and is what counts; without a listener `ws` would throw the error.
    socket.addEventListener('error', () => undefined);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return !this.#isClosing && this.#socket.readyState === OPEN;
  }

  send(frame: Uint8Array, onFlushed?: () => void): void {
    // The DOM's types exclude shared memory.
    const bytes = frame as Uint8Array<ArrayBuffer>;
    if (this.isOpen && this.#isWs) {
      this.#socket.send(bytes, onFlushed && (() => onFlushed()));
      return;
    }
    // A browser sends no memory that threads share: it might change on the way.
    if (this.isOpen) this.#socket.send(bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice());
    onFlushed?.();
  }

  close(code: number, reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const text = clipReason(reason);
    try {
      this.#socket.close(code, text);
    } catch {
      // A browser sends 1000 and 3000 to 4999 only.
      this.#socket.close(3000 + code, text);
    }
  }

  onFrame(handler: (frame: Uint8Array) => void): void {
    this.#inbox.onFrame(handler);
  }

  recycle(buffer: ArrayBufferLike): void {
    this.#memory?.recycle(buffer);
  }

  onClose(handler: (close: Close) => void): void {
    this.#inbox.onClose(handler);
  }

  #onMessage(data: unknown): void {
    if (this.#isClosing) return;
    if (data instanceof ArrayBuffer) this.#inbox.deliver(new Uint8Array(data));
    else if (ArrayBuffer.isView(data)) {
      this.#inbox.deliver(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    } else this.close(CLOSE_CODES.textFrame.code, CLOSE_CODES.textFrame.reason);
  }
}
