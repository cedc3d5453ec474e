import type { WebSocketLike } from '../web-socket-like.ts';

type Listener = (event: never) => void;

/** Behaves as a browser's WebSocket where that differs from `ws`. */
export class FakeBrowserSocket implements WebSocketLike {
  binaryType = 'blob';
  bufferedAmount = 0;
  readonly url = 'ws://fake/';
  readonly sent: Uint8Array[] = [];
  readonly closes: [number | undefined, string | undefined][] = [];
  readonly #listeners = new Map<string, Listener[]>();
  readonly readyState: number;

  constructor(readyState = 1) {
    this.readyState = readyState;
  }

  send(data: Uint8Array): void {
    if (!(data.buffer instanceof ArrayBuffer)) throw new TypeError('must not be shared');
    this.sent.push(data.slice());
  }

  close(code?: number, reason?: string): void {
    if (code !== 1000 && (code === undefined || code < 3000 || code > 4999))
      throw new Error('InvalidAccessError');
    this.closes.push([code, reason]);
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  emit(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
}
