import type { Holder, RunNotice } from '@lockstep/metrics';

/** Who holds a run after the step in flight, and what goes on when nobody does any more. */
export class Holds {
  readonly #notify: (notice: RunNotice) => void;
  readonly #holders = new Set<Holder>();
  /** Goes on after the committed step that is held. */
  #held: (() => void) | undefined;

  constructor(notify: (notice: RunNotice) => void) {
    this.#notify = notify;
  }

  hold(by: Holder): void {
    if (this.#holders.has(by)) return;
    this.#holders.add(by);
    this.#notify({ type: 'paused', by, heldBy: [...this.#holders] });
  }

  /** Goes on, unless somebody else holds it too. */
  release(by: Holder): void {
    if (!this.#holders.delete(by)) return;
    const [other] = this.#holders;
    if (other === undefined) return this.#goOn(by);
    this.#notify({ type: 'paused', by: other, heldBy: [...this.#holders] });
  }

  /** Goes on, whoever holds it. */
  releaseAll(): void {
    const [holder] = this.#holders;
    this.#holders.clear();
    if (holder !== undefined) this.#goOn(holder);
  }

  /** Keeps what goes on until nobody holds the run. @returns false where nobody does now, and nothing was kept */
  keep(goOn: () => void): boolean {
    if (this.#holders.size === 0) return false;
    this.#held = goOn;
    return true;
  }

  #goOn(by: Holder): void {
    this.#notify({ type: 'resumed', by });
    this.#held?.();
    this.#held = undefined;
  }
}
