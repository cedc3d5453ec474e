import type { Dice } from '../world/dice.ts';
import type { World } from '../world/world.ts';
import type { Line } from './line.ts';

/** What travels on a connection. */
export type Parcel =
  | { readonly type: 'frame'; readonly bytes: Uint8Array }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** The request for a connection, and its answer. */
  | { readonly type: 'request' }
  | { readonly type: 'accepted' }
  | { readonly type: 'ping' }
  | { readonly type: 'pong' }
  /** The other side's machine says that there is nobody (any more). */
  | { readonly type: 'end' };

interface Outgoing {
  readonly size: number;
  /** Called when its last byte leaves; until then its bytes are the sender's, who must not change them. */
  readonly leave: () => Parcel;
  /** Nobody is there to send it to. */
  readonly drop: () => void;
}

/** A lost packet is sent again within so many microseconds after the way is free. */
const RETRANSMISSION_MICROS = 400_000;

/** Bytes of a header around what is sent. */
const OVERHEAD_BYTES = 60;

/** One direction of a connection: in order, at the pace of its line, each parcel once, as TCP does it. */
export class Pipe {
  readonly #world: World;
  readonly #line: Line;
  readonly #dice: Dice;
  readonly #onArrival: (parcel: Parcel) => void;
  readonly #queue: Outgoing[] = [];
  /** Arrived into a black hole; sent again when it is gone. */
  readonly #held: Parcel[] = [];
  #isSending = false;
  #isWaiting = false;
  #isBroken = false;
  #lastArrival = 0;
  #arrivedBytes = 0;
  /** When the last parcel began to leave. */
  #sendingSince = 0;

  constructor(world: World, line: Line, dice: Dice, onArrival: (parcel: Parcel) => void) {
    this.#world = world;
    this.#line = line;
    this.#dice = dice;
    this.#onArrival = onArrival;
  }

  /** Bytes that have come out at the other end, those of a parcel that is not whole yet among them. */
  get arrivedBytes(): number {
    const size = this.#isSending ? (this.#queue[0]?.size ?? 0) : 0;
    const seconds = Math.max(0, this.#world.now - this.#line.latencyMicros - this.#sendingSince) / 1e6;
    return this.#arrivedBytes + Math.min(size, Math.floor(seconds * this.#line.bytesPerSecond));
  }

  /** Sends a parcel of no size worth speaking of. */
  send(parcel: Parcel): void {
    this.sendBytes(0, { leave: () => parcel, drop: () => undefined });
  }

  sendBytes(size: number, outgoing: Omit<Outgoing, 'size'>): void {
    if (this.#isBroken) return outgoing.drop();
    this.#queue.push({ size, ...outgoing });
    this.#pump();
  }

  /** What has not left is lost; the other side hears that there is nobody any more. */
  finish(): void {
    this.fallSilent();
    this.send({ type: 'end' });
  }

  /** What has not left is lost, and nobody hears of it. */
  fallSilent(): void {
    for (const { drop } of this.#queue.splice(0)) drop();
  }

  /** Nothing passes any more. */
  break(): void {
    this.#isBroken = true;
    this.fallSilent();
    this.#held.length = 0;
  }

  #pump(): void {
    if (this.#isSending || this.#isWaiting || this.#isBroken || this.#queue.length === 0) return;
    if (this.#line.isBlocked) return this.#wait();
    this.#isSending = true;
    this.#sendingSince = this.#world.now;
    const { size } = this.#queue[0]!;
    const micros = ((size + OVERHEAD_BYTES) * 1e6) / this.#line.bytesPerSecond;
    this.#world.after(micros, () => this.#onSent());
  }

  /** The last byte of the first in the queue is out, unless a black hole took some. */
  #onSent(): void {
    this.#isSending = false;
    if (this.#isBroken) return;
    if (this.#line.isBlocked) return this.#wait();
    const outgoing = this.#queue.shift();
    if (outgoing !== undefined) this.#travel(outgoing.leave());
    this.#pump();
  }

  #wait(): void {
    this.#isWaiting = true;
    this.#line.whenOpen(() => {
      this.#isWaiting = false;
      this.#pump();
    });
  }

  #travel(parcel: Parcel): void {
    const { latencyMicros, jitterMicros } = this.#line;
    const jitter = jitterMicros === 0 ? 0 : jitterMicros * this.#dice.uniform();
    const arrival = Math.max(this.#lastArrival, this.#world.now + Math.round(latencyMicros + jitter));
    this.#lastArrival = arrival;
    this.#world.after(arrival - this.#world.now, () => this.#arrive(parcel));
  }

  #arrive(parcel: Parcel): void {
    if (this.#isBroken) return;
    if (parcel.type === 'frame') this.#arrivedBytes += parcel.bytes.length;
    if (this.#held.length === 0 && !this.#line.isBlocked) return this.#onArrival(parcel);
    this.#held.push(parcel);
    if (this.#held.length === 1) this.#line.whenOpen(() => this.#resend());
  }

  /** The black hole is gone. A while later what vanished is there. */
  #resend(): void {
    this.#world.after(this.#dice.uniform() * RETRANSMISSION_MICROS, () => {
      if (this.#line.isBlocked) return this.#line.whenOpen(() => this.#resend());
      for (const parcel of this.#held.splice(0)) {
        this.#lastArrival = this.#world.now;
        this.#world.after(0, () => !this.#isBroken && this.#onArrival(parcel));
      }
    });
  }
}
