import type { Close } from './channel.ts';

/** What arrives at one end of a channel: kept until somebody takes it, nothing after the end. */
export class Inbox {
  #onFrame: ((frame: Uint8Array) => void) | undefined;
  #onClose: ((close: Close) => void) | undefined;
  #waiting: Uint8Array[] = [];
  #close: Close | undefined;

  onFrame(handler: (frame: Uint8Array) => void): void {
    this.#onFrame = handler;
    const frames = this.#waiting;
    this.#waiting = [];
    for (const frame of frames) handler(frame);
  }

  onClose(handler: (close: Close) => void): void {
    this.#onClose = handler;
    if (this.#close !== undefined) handler(this.#close);
  }

  deliver(frame: Uint8Array): void {
    if (this.#close !== undefined) return;
    if (this.#onFrame === undefined) this.#waiting.push(frame);
    else this.#onFrame(frame);
  }

  /** The channel ended; only the first time counts. */
  end(close: Close): void {
    if (this.#close !== undefined) return;
    this.#close = close;
    this.#onClose?.(close);
  }
}
