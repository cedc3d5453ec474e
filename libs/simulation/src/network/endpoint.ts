import { type Channel, type Close, Inbox, spoil } from '@lockstep/transport';
import type { Host } from '../world/host.ts';
import type { Parcel, Pipe } from './pipe.ts';
import type { Site } from './site.ts';

/** A closing handshake that is not answered for so long is given up (the `ws` package's). */
const CLOSE_TIMEOUT_MICROS = 30_000_000;

/** How a connection ends of which nobody said that it would. */
const LOST: Close = { code: 1006, reason: '' };

/** Bytes of a close frame's text. */
const MOST_REASON_BYTES = 123;

/** One end of a connection, as the process that has it sees it. */
export class Endpoint implements Channel {
  readonly site: Site;
  readonly host: Host;
  readonly #inbox = new Inbox();
  /** Set right after it is made: what leads to the other end, and from it. */
  #out!: Pipe;
  #in!: Pipe;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #bufferedBytes = 0;
  #hasPong = true;

  constructor(site: Site, host: Host) {
    this.site = site;
    this.host = host;
    host.onEnd(() => this.#onProcessEnd());
  }

  /** Says where what it sends goes, and what it hears comes from. */
  attach(out: Pipe, incoming: Pipe): void {
    this.#out = out;
    this.#in = incoming;
  }

  /** Bytes that have come from the other end, those of a frame that is not whole yet among them. */
  get arrivedBytes(): number {
    return this.#in.arrivedBytes;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  send(frame: Uint8Array, onFlushed?: () => void): void {
    if (this.#state !== 'open') return onFlushed?.();
    this.#bufferedBytes += frame.length;
    const flushed = (): void => {
      this.#bufferedBytes -= frame.length;
      if (onFlushed !== undefined) this.host.run(onFlushed);
    };
    this.#out.sendBytes(frame.length, {
      leave: () => {
        // Read when they leave, not before: who changes them while they wait is found out.
        const bytes = frame.slice();
        flushed();
        return { type: 'frame', bytes };
      },
      drop: flushed,
    });
  }

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#out.send({ type: 'close', code, reason: reason.slice(0, MOST_REASON_BYTES) });
    this.host.after(CLOSE_TIMEOUT_MICROS, () => this.#lose());
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

  /** Pings the other side every so often and gives up when one is not answered by the next, as a server does. */
  watch(everyMicros: number): void {
    this.host.after(everyMicros, () => {
      if (this.#state === 'closed') return;
      if (!this.#hasPong) return this.#lose();
      this.#hasPong = false;
      this.#out.send({ type: 'ping' });
      this.watch(everyMicros);
    });
  }

  /** Something arrived at this end's machine. */
  arrive(parcel: Parcel): void {
    if (!this.site.isUp) return;
    if (this.host.isAlive) this.host.run(() => this.#take(parcel));
    else if (parcel.type !== 'end') this.#out.send({ type: 'end' });
  }

  #take(parcel: Parcel): void {
    if (this.#state === 'closed') return;
    switch (parcel.type) {
      case 'frame':
        if (this.#state === 'open') this.#inbox.deliver(parcel.bytes);
        return;
      case 'close':
        if (this.#state === 'open') this.#out.send(parcel);
        return this.#end(parcel);
      case 'end':
        this.#out.break();
        return this.#end(LOST);
      case 'ping':
        return this.#out.send({ type: 'pong' });
      case 'pong':
        this.#hasPong = true;
        return;
      case 'request':
      case 'accepted':
        return;
    }
  }

  /** Gives the connection up from this side; the other hears of it when it can. */
  #lose(): void {
    if (this.#state === 'closed') return;
    this.#out.finish();
    this.#end(LOST);
  }

  #end({ code, reason }: Close): void {
    this.#state = 'closed';
    this.#inbox.end({ code, reason });
  }

  /** The machine closes the sockets of a process that is gone; one without power says nothing. */
  #onProcessEnd(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    if (this.site.isUp) this.#out.finish();
    else this.#out.fallSilent();
  }
}
