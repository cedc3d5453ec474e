import type { WorkerMessage } from '@lockstep/protocol';
import { TokenBucket, type Allowance } from '@lockstep/transport';

type Kind = WorkerMessage['type'];

/**
 * What a worker may send of each kind. It says that it is there 1.25 times a second, and once more when it was held up; what it
 * contributes is an answer to a lease, what it judged one to a part of an evaluation, and whatever comes beside those was sent twice, or
 * too late.
 */
export const MESSAGE_ALLOWANCES: Readonly<Record<Kind, Allowance>> = {
  hello: { burst: 1, perSecond: 0 },
  heartbeat: { burst: 16, perSecond: 4 },
  contribution: { burst: 32, perSecond: 2 },
  evaluated: { burst: 8, perSecond: 2 },
  leave: { burst: 1, perSecond: 0 },
};

/** How many messages of each kind one worker may send: valid messages too cost time, and a flood of them all of it. */
export class MessageBudget {
  readonly #buckets: Readonly<Record<Kind, TokenBucket>>;

  /** @param now milliseconds of a monotonic clock, here and below */
  constructor(now: number) {
    const bucketOf = (kind: Kind): TokenBucket => new TokenBucket(MESSAGE_ALLOWANCES[kind], now);
    this.#buckets = {
      hello: bucketOf('hello'),
      heartbeat: bucketOf('heartbeat'),
      contribution: bucketOf('contribution'),
      evaluated: bucketOf('evaluated'),
      leave: bucketOf('leave'),
    };
  }

  /** Counts a message. @returns whether the worker may send it */
  allows(kind: Kind, now: number): boolean {
    return this.#buckets[kind].take(now);
  }

  /** The worker was given something to do: one more message of that kind is to come. */
  expectAnswer(kind: Kind): void {
    this.#buckets[kind].expect(1);
  }

  /** Call it several times a second. */
  settle(now: number): void {
    for (const bucket of Object.values(this.#buckets)) bucket.settle(now);
  }
}
