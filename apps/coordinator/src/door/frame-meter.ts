import type { TokenBucket } from '@lockstep/transport';

/** Longer frames are not counted: they are bounded by what a message may be. */
const SMALL_BYTES = 1024;

const LONGEST_HEADER = 14;
/** Pings, pongs and closes have this bit in their opcode. */
const FIRST_CONTROL_OPCODE = 0x8;

/**
 * Counts the small WebSocket frames in what a peer sends, before anybody takes them apart: a chunk of 64 KiB holds ten thousand
 * empty ones, which cost their sender one call of the system, and their receiver a core.
 */
export class FrameMeter {
  readonly #bucket: TokenBucket;
  /** Bytes of the current frame that are still to come. */
  #left = 0;
  #isControl = false;
  #messageBytes = 0;
  /** The beginning of a header whose rest is still to come. */
  readonly #header = new Uint8Array(LONGEST_HEADER);
  #headerBytes = 0;

  constructor(bucket: TokenBucket) {
    this.#bucket = bucket;
  }

  /** Bytes of messages so far, whole or not: neither pings and pongs, nor what is around them. */
  get messageBytes(): number {
    return this.#messageBytes;
  }

  /** @returns how much of `chunk` the peer may send: all, or what comes before a frame too many */
  allowed(chunk: Uint8Array, now: number): number {
    let at = 0;
    let frameStart = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at);
        this.#left -= skipped;
        if (!this.#isControl) this.#messageBytes += skipped;
        at += skipped;
        frameStart = at;
        continue;
      }
      this.#header[this.#headerBytes++] = chunk[at++]!;
      const length = this.#frameLength();
      if (length === undefined) continue;
      this.#headerBytes = 0;
      this.#left = length;
      this.#isControl = (this.#header[0]! & FIRST_CONTROL_OPCODE) !== 0;
      if (length < SMALL_BYTES && !this.#bucket.take(now)) return frameStart;
      frameStart = at;
    }
    return at;
  }

  /** Bytes behind the header, once it is whole. One that is no frame's is for others to notice. */
  #frameLength(): number | undefined {
    const header = this.#header;
    if (this.#headerBytes < 2) return undefined;
    const told = header[1]! & 0x7f;
    const mask = (header[1]! & 0x80) === 0 ? 0 : 4;
    const extended = told === 126 ? 2 : told === 127 ? 8 : 0;
    if (this.#headerBytes < 2 + extended + mask) return undefined;
    if (extended === 0) return told;
    let length = 0;
    for (let index = 2; index < 2 + extended; index++) length = length * 256 + header[index]!;
    return length;
  }
}
