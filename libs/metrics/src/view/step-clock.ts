import type { StepTime } from './picture.ts';

/** A new step counts for one part in this many. */
const MEMORY = 12;

/** What is known of one worker in the step in flight. */
interface Part {
  leasedAt: number;
  computeMs: number;
  answeredAt: number;
}

/** Says where the time of steps goes, along the worker whose answer came last; means over the newest steps. */
export class StepClock {
  readonly #parts = new Map<string, Part>();
  #last: Part | undefined;
  #startedAt = 0;
  #mean: StepTime | undefined;

  leased(worker: string, at: number): void {
    if (!this.#parts.has(worker)) this.#parts.set(worker, { leasedAt: at, computeMs: 0, answeredAt: 0 });
  }

  /** @returns milliseconds of this worker's part that it did not compute, on its first answer of the step */
  accepted(worker: string, computeMs: number, at: number): number | undefined {
    const part = this.#parts.get(worker);
    if (part === undefined) return undefined;
    const isFirst = part.answeredAt === 0;
    part.computeMs += computeMs;
    part.answeredAt = at;
    this.#last = part;
    return isFirst ? Math.max(0, at - part.leasedAt - computeMs) : undefined;
  }

  /** The next step begins: the one before is over. */
  started(at: number): void {
    const last = this.#last;
    if (last !== undefined && this.#startedAt > 0) {
      const spent = Math.max(0, last.answeredAt - last.leasedAt);
      const compute = Math.min(last.computeMs, spent);
      this.#add({
        compute,
        wire: spent - compute,
        wait: Math.max(0, last.leasedAt - this.#startedAt),
        reduce: Math.max(0, at - last.answeredAt),
      });
    }
    this.#parts.clear();
    this.#last = undefined;
    this.#startedAt = at;
  }

  /** Forgets the step in flight: the time until the next is nobody's. */
  interrupt(): void {
    this.#startedAt = 0;
  }

  mean(): StepTime {
    const { compute, wire, wait, reduce } = this.#mean ?? { compute: 0, wire: 0, wait: 0, reduce: 0 };
    const short = (value: number): number => Number(value.toPrecision(4));
    return { compute: short(compute), wire: short(wire), wait: short(wait), reduce: short(reduce) };
  }

  #add(step: StepTime): void {
    const mean = this.#mean ?? step;
    const towards = (old: number, now: number): number => old + (now - old) / MEMORY;
    this.#mean = {
      compute: towards(mean.compute, step.compute),
      wire: towards(mean.wire, step.wire),
      wait: towards(mean.wait, step.wait),
      reduce: towards(mean.reduce, step.reduce),
    };
  }
}
