import type { WebSocketLike } from './web-socket-like.ts';

/** Chunks shorter than this are left to the garbage collector: freeing one costs about a microsecond. */
const LEAST_CHUNK_BYTES = 4096;

/** What Node's sockets have: every chunk that arrives, in order. */
export interface ChunkSource {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
}

/** A port whose other end is closed: what is transferred to it is gone at once. */
let drain: InstanceType<typeof MessageChannel>['port1'] | undefined;

/** Frees memory now that the garbage collector would free later. The buffers are detached: of length 0 from here on. */
function free(buffers: readonly ArrayBuffer[]): void {
  if (drain === undefined) {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    drain = port1;
  }
  drain.postMessage(undefined, [...buffers]);
}

/**
 * The memory of what a socket of `ws` receives, freed as soon as nobody looks at it. A gradient of two megabytes arrives in
 * chunks of 64 KiB, which `ws` copies into one buffer: the collector sees four megabytes a step, far outside its heap, and
 * answers every few steps with a collection of the whole heap that takes the threads that compute off their cores.
 */
export class ReceivedMemory {
  /** What arrived since the last message, oldest first. */
  #chunks: ArrayBuffer[] = [];
  /** Buffers that messages are views of. */
  readonly #lent = new WeakSet<ArrayBuffer>();
  /** Of those, the ones that hold one message and nothing else. */
  readonly #whole = new WeakSet<ArrayBuffer>();

  /**
   * Make it before the socket's channel, so that it hears of a message before whoever gives it back.
   * @param line the connection beneath `socket`
   */
  constructor(line: ChunkSource, socket: Pick<WebSocketLike, 'addEventListener'>) {
    line.on('data', ({ buffer, byteLength }) => {
      const isWhole = byteLength === buffer.byteLength && byteLength >= LEAST_CHUNK_BYTES;
      if (isWhole && buffer instanceof ArrayBuffer) this.#chunks.push(buffer);
    });
    socket.addEventListener('message', ({ data }) => {
      if (ArrayBuffer.isView(data)) this.#onMessage(data);
    });
  }

  /**
   * `ws` has handed over `message`, and so copied or lent what came before the newest chunk. That one may hold the beginning of
   * the next message, whether this hears of chunks before `ws` does or after it.
   */
  #onMessage({ buffer, byteLength }: ArrayBufferView): void {
    if (buffer instanceof ArrayBuffer) {
      this.#lent.add(buffer);
      if (byteLength === buffer.byteLength) this.#whole.add(buffer);
    }
    if (this.#chunks.length < 2) return;
    const read = this.#chunks.filter(
      (chunk, index) => index < this.#chunks.length - 1 && !this.#lent.has(chunk),
    );
    this.#chunks = this.#chunks.slice(-1);
    if (read.length > 0) free(read);
  }

  /** Nobody looks at the message in `buffer` any more. Frees it, if it is alone there. */
  recycle(buffer: ArrayBufferLike): void {
    if (!(buffer instanceof ArrayBuffer) || !this.#whole.delete(buffer)) return;
    if (buffer.byteLength >= LEAST_CHUNK_BYTES) free([buffer]);
  }
}
