import type { Channel, Close } from './channel.ts';
import { Inbox } from './inbox.ts';

/** Two ends of a channel in memory. Each frame is copied, as a wire would, and arrives in a microtask of its own. */
export function memoryChannelPair(): readonly [Channel, Channel] {
  const left = new MemoryChannel();
  const right = new MemoryChannel();
  left.connectTo(right);
  right.connectTo(left);
  return [left, right];
}

class MemoryChannel implements Channel {
  readonly #inbox = new Inbox();
  #peer: MemoryChannel | undefined;
  #bufferedBytes = 0;
  #isOpen = true;

  connectTo(peer: MemoryChannel): void {
    this.#peer = peer;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(frame: Uint8Array, onFlushed?: () => void): void {
    if (!this.#isOpen) {
      onFlushed?.();
      return;
    }
    const copy = new Uint8Array(frame);
    this.#bufferedBytes += copy.length;
    inMicrotask(() => {
      this.#bufferedBytes -= copy.length;
      onFlushed?.();
      this.#peer?.receive(copy);
    });
  }

  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    inMicrotask(() => {
      this.#peer?.end({ code, reason });
      this.end({ code, reason });
    });
  }

  onFrame(handler: (frame: Uint8Array) => void): void {
    this.#inbox.onFrame(handler);
  }

  recycle(buffer: ArrayBufferLike): void {
    spoil(buffer);
  }

  onClose(handler: (close: Close) => void): void {
    this.#inbox.onClose(handler);
  }

  receive(frame: Uint8Array): void {
    if (this.#isOpen) this.#inbox.deliver(frame);
  }

  end(close: Close): void {
    this.#isOpen = false;
    this.#inbox.end(close);
  }
}

/** Whoever still looks at memory that was given back is to be found out. */
export function spoil(buffer: ArrayBufferLike): void {
  new Uint8Array(buffer).fill(0xff);
}

/** Microtasks run in the order they were asked for, so frames and the close arrive in theirs. */
function inMicrotask(task: () => void): void {
  void Promise.resolve().then(task);
}
