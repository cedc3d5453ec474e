import { numberText, type Sample } from './prometheus-text.ts';

/** Counts values by size, in bounded memory. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** Values up to each bound and above the one before; the last are above all. */
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds rising */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const found = this.#bounds.findIndex((bound) => value <= bound);
    this.#counts[found === -1 ? this.#bounds.length : found]!++;
    this.#sum += value;
  }

  samples(): readonly Sample[] {
    let total = 0;
    const buckets = this.#counts.map((count, index): Sample => {
      total += count;
      const le = numberText(this.#bounds[index] ?? Infinity);
      return { suffix: '_bucket', labels: { le }, value: total };
    });
    return [...buckets, { suffix: '_sum', value: this.#sum }, { suffix: '_count', value: total }];
  }
}
