import type { FrameLimits } from '@lockstep/protocol';
import { decodeWorkerMessage, encodeWorkerMessage, type Contribution } from '@lockstep/protocol';
import { checksumOf } from '@lockstep/math';
import type { Channel } from '@lockstep/transport';
import type { Misdeed } from '../scenario/fault-kinds.ts';
import type { Dice } from '../world/dice.ts';

export interface MisbehaviourSetup {
  readonly misdeeds: readonly Misdeed[];
  /** Of a misdeed with each contribution. */
  readonly probability: number;
  readonly limits: FrameLimits;
  readonly dice: Dice;
  /** Counts what it did. */
  count(misdeed: Misdeed): void;
  /** It has sent a flood, and is to be closed for it. */
  onFlood(channel: Channel): void;
}

/** Steps and leaves so far away are nobody's: to send a gradient for one that is near would be a lie, which is another matter. */
const NOWHERE = 100_000;

/** Messages of a flood: beyond what the coordinator saves up for a worker. */
const FLOOD = 200;

/** The connection of a worker that computes well and answers badly: what it sends is tampered with on the way out. */
export function misbehavingChannel(channel: Channel, setup: MisbehaviourSetup): Channel {
  return new MisbehavingChannel(channel, setup);
}

class MisbehavingChannel implements Channel {
  readonly #channel: Channel;
  readonly #setup: MisbehaviourSetup;
  /** The contribution sent last, for another time. */
  #last: Contribution | undefined;

  constructor(channel: Channel, setup: MisbehaviourSetup) {
    this.#channel = channel;
    this.#setup = setup;
  }

  get bufferedBytes(): number {
    return this.#channel.bufferedBytes;
  }

  get isOpen(): boolean {
    return this.#channel.isOpen;
  }

  send(frame: Uint8Array, onFlushed?: () => void): void {
    const message = decodeWorkerMessage(frame.slice(), this.#setup.limits);
    if (message.type !== 'contribution') return this.#channel.send(frame, onFlushed);
    const { misdeeds, probability, dice, count } = this.#setup;
    const isBad = misdeeds.length > 0 && dice.chance(probability);
    if (!isBad) {
      this.#channel.send(frame, onFlushed);
    } else {
      const misdeed = dice.pick(misdeeds);
      count(misdeed);
      for (const bytes of this.#tamper(misdeed, message)) this.#channel.send(bytes);
      if (misdeed.startsWith('flood')) this.#setup.onFlood(this.#channel);
      onFlushed?.();
    }
    this.#last = message;
  }

  close(code: number, reason: string): void {
    this.#channel.close(code, reason);
  }

  onFrame(handler: (frame: Uint8Array) => void): void {
    this.#channel.onFrame(handler);
  }

  recycle(buffer: ArrayBufferLike): void {
    this.#channel.recycle(buffer);
  }

  onClose(handler: Parameters<Channel['onClose']>[0]): void {
    this.#channel.onClose(handler);
  }

  /** What is sent instead of `good`. */
  #tamper(misdeed: Misdeed, good: Contribution): Uint8Array[] {
    const { dice } = this.#setup;
    const one = (message: Contribution): Uint8Array[] => [encodeWorkerMessage(message)];
    switch (misdeed) {
      case 'sent-twice':
        return [...one(good), ...one(good)];
      case 'sent-late':
        return [...(this.#last === undefined ? [] : one(this.#last)), ...one(good)];
      case 'not-leased': {
        const { firstLeaf, leafCount } = good.span;
        return [...one({ ...good, span: { firstLeaf: firstLeaf + NOWHERE, leafCount } }), ...one(good)];
      }
      case 'of-the-future':
        return [...one({ ...good, step: good.step + NOWHERE }), ...one(good)];
      case 'of-another-term':
        return [...one({ ...good, term: good.term + 1 }), ...one(good)];
      case 'bad-shape':
        return one({ ...good, gradient: good.gradient.slice(1) });
      case 'wrong-row-count':
        return one({ ...good, rowCount: good.rowCount + 1 });
      case 'damaged-tensor': {
        const [frame] = one(good);
        return [flipped(frame!, frame!.length - 1 - dice.integer(0, good.gradient.byteLength - 1), dice)];
      }
      case 'damaged-header': {
        const [frame] = one(good);
        return [flipped(frame!, dice.integer(0, frame!.length - good.gradient.byteLength - 1), dice)];
      }
      case 'not-finite': {
        const gradient = good.gradient.slice();
        gradient[dice.integer(0, gradient.length - 1)] = dice.pick([NaN, Infinity, -Infinity]);
        return one({ ...good, gradient, checksum: checksumOf(gradient).checksum });
      }
      case 'other-bits': {
        const gradient = good.gradient.map((value) => value + 1);
        return [...one(good), ...one({ ...good, gradient, checksum: checksumOf(gradient).checksum })];
      }
      case 'flood-of-heartbeats': {
        const { term, step } = good;
        const beat = (rowsDone: number) => encodeWorkerMessage({ type: 'heartbeat', term, step, rowsDone });
        return [...one(good), ...Array.from({ length: FLOOD }, (_, index) => beat(index))];
      }
      case 'flood-of-duplicates':
        return Array.from({ length: FLOOD }, () => one(good)).flat();
    }
  }
}

function flipped(frame: Uint8Array, at: number, dice: Dice): Uint8Array {
  const bytes = frame.slice();
  bytes[at]! ^= 1 << dice.integer(0, 7);
  return bytes;
}
