import { CLOSE_CODES } from '@lockstep/protocol';
import type { Channel, Close } from './channel.ts';
import { Inbox } from './inbox.ts';
import { decodeSlotMessage, encodeSlotMessage, type SlotMessage } from './slot-messages.ts';
import type { Slots } from './slots.ts';

/** Shorter frames go over the wire: word of them would cost as much as they do. */
export const LEAST_SHARED_BYTES = 16 * 1024;

/** Memory that both ends of a channel have, as one of them sees it. */
export interface SharedSlots {
  /** What the other end finds it by. */
  readonly name: string;
  readonly outgoing: Slots;
  readonly incoming: Slots;
  /** Gives the memory back: nobody looks at a frame in it any more. */
  release(): void;
}

/** How a worker finds the memory it is offered. @returns undefined when it is not there: it is on another machine, say */
export type OpenSlots = (offer: {
  readonly name: string;
  readonly slotBytes: number;
}) => Promise<SharedSlots | undefined>;

/**
 * A channel between processes of one machine: long frames lie in memory that both have, and only word of them travels over the
 * channel beneath, in order with everything else. Where there is no such memory, or no slot of it is free, frames travel whole.
 * The coordinator's end offers the memory, the worker's accepts.
 */
export class SlotChannel implements Channel {
  readonly #channel: Channel;
  readonly #open: OpenSlots | undefined;
  readonly #inbox = new Inbox();
  /** Made here, and not accepted yet. */
  #offered: SharedSlots | undefined;
  #slots: SharedSlots | undefined;
  #isOver = false;

  /** @param open for the end that accepts */
  constructor(channel: Channel, open?: OpenSlots) {
    this.#channel = channel;
    this.#open = open;
    channel.onFrame((bytes) => this.#onBytes(bytes));
    channel.onClose((close) => this.#onClose(close));
  }

  /** Offers memory to the other end; once. It is used when it was accepted. */
  offer(slots: SharedSlots): void {
    if (this.#isOver) return slots.release();
    this.#offered = slots;
    const { name, outgoing } = slots;
    this.#tell({ type: 'offer', name, slotBytes: outgoing.byteLength });
  }

  get bufferedBytes(): number {
    return this.#channel.bufferedBytes;
  }

  get isOpen(): boolean {
    return this.#channel.isOpen;
  }

  send(frame: Uint8Array, onFlushed?: () => void): void {
    const isLong = frame.length >= LEAST_SHARED_BYTES && this.isOpen;
    const slot = isLong ? this.#slots?.outgoing.put(frame) : undefined;
    if (slot === undefined) return this.#channel.send(frame, onFlushed);
    this.#tell({ type: 'frame', slot, length: frame.length });
    onFlushed?.();
  }

  close(code: number, reason: string): void {
    this.#channel.close(code, reason);
  }

  recycle(buffer: ArrayBufferLike): void {
    if (!this.#slots?.incoming.free(buffer)) return this.#channel.recycle(buffer);
    if (this.#isOver) this.#release();
  }

  onFrame(handler: (frame: Uint8Array) => void): void {
    this.#inbox.onFrame(handler);
  }

  onClose(handler: (close: Close) => void): void {
    this.#inbox.onClose(handler);
  }

  #onBytes(bytes: Uint8Array): void {
    const message = decodeSlotMessage(bytes);
    if (message === undefined) return this.#inbox.deliver(bytes);
    if (message === 'broken' || !this.#handle(message)) {
      const { code, reason } = CLOSE_CODES.badMessage;
      this.#channel.close(code, reason);
    }
  }

  /** @returns false when the other end may not say so */
  #handle(message: SlotMessage): boolean {
    switch (message.type) {
      case 'offer': {
        const open = this.#open;
        if (open === undefined || this.#slots !== undefined) return false;
        void open(message).then((slots) => this.#accept(slots));
        return true;
      }
      case 'accept':
      case 'decline': {
        const offered = this.#offered;
        if (offered === undefined) return false;
        this.#offered = undefined;
        if (message.type === 'accept') this.#slots = offered;
        else offered.release();
        return true;
      }
      case 'frame': {
        const frame = this.#slots?.incoming.take(message.slot, message.length);
        if (frame === undefined) return false;
        this.#inbox.deliver(frame);
        return true;
      }
    }
  }

  #accept(slots: SharedSlots | undefined): void {
    if (this.#isOver) return slots?.release();
    this.#slots = slots;
    this.#tell({ type: slots === undefined ? 'decline' : 'accept' });
  }

  #tell(message: SlotMessage): void {
    this.#channel.send(encodeSlotMessage(message));
  }

  #onClose(close: Close): void {
    this.#isOver = true;
    this.#offered?.release();
    this.#offered = undefined;
    this.#inbox.end(close);
    this.#release();
  }

  /** A coordinator may look at a gradient for longer than its sender lives; a worker looks at nothing of a closed channel. */
  #release(): void {
    const isHeld =
      this.#open === undefined && this.#slots !== undefined && this.#slots.incoming.heldCount > 0;
    if (this.#slots === undefined || isHeld) return;
    this.#slots.release();
    this.#slots = undefined;
  }
}
