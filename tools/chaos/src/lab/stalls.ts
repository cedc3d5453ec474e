/** How often this process wants to run. */
const EVERY_MS = 10;

/**
 * Milliseconds for which the machine kept this process waiting: on a busy one a bound on time says nothing without them. They are
 * those that a timer comes late; what the row itself does in one go counts too, as far as it keeps its own proxies waiting.
 */
export class Stalls {
  readonly #late: { readonly at: number; readonly millis: number }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor() {
    let due = performance.now() + EVERY_MS;
    this.#timer = setInterval(() => {
      const at = performance.now();
      const millis = at - due;
      if (millis > EVERY_MS) this.#late.push({ at, millis });
      due = at + EVERY_MS;
    }, EVERY_MS);
  }

  /** Of the time from `from` to `until`, in milliseconds of `performance.now()`. */
  between(from: number, until: number): number {
    let sum = 0;
    for (const { at, millis } of this.#late) {
      sum += Math.max(0, Math.min(at, until) - Math.max(at - millis, from));
    }
    return sum;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
