/** How much may be done: `burst` at once, and `perSecond` more as time goes by. */
export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

/** Who settles its buckets later than this was standing still. */
const STOOD_STILL_MS = 1000;
/** How long what waited meanwhile may take to be read. */
const CATCHING_UP_MS = 2000;

/**
 * The rate at which one peer may do one thing. It is cut back to `burst` by `settle` alone, which whoever holds it calls several
 * times a second: while this process stands still nobody does, and what a peer sends meanwhile, at its right pace, is no flood.
 */
export class TokenBucket {
  readonly #allowance: Allowance;
  #left: number;
  #filledAt: number;
  #settledAt: number;
  #keepsUntil = -Infinity;

  /** @param now milliseconds of a monotonic clock, here and below */
  constructor(allowance: Allowance, now: number) {
    this.#allowance = allowance;
    this.#left = allowance.burst;
    this.#filledAt = now;
    this.#settledAt = now;
  }

  /** Uses up `count`. @returns false when there is not so much left, and nothing was used up */
  take(now: number, count = 1): boolean {
    this.#fill(now);
    if (this.#left < count) return false;
    this.#left -= count;
    return true;
  }

  /** It was asked for `count` more: they are no flood. */
  expect(count: number): void {
    this.#left += count;
  }

  /** Saves nothing above the burst, unless this process stood still. */
  settle(now: number): void {
    this.#fill(now);
    if (now - this.#settledAt > STOOD_STILL_MS) this.#keepsUntil = now + CATCHING_UP_MS;
    this.#settledAt = now;
    if (now < this.#keepsUntil) return;
    this.#left = Math.min(this.#left, this.#allowance.burst);
  }

  #fill(now: number): void {
    this.#left += (Math.max(0, now - this.#filledAt) / 1000) * this.#allowance.perSecond;
    this.#filledAt = now;
  }
}
