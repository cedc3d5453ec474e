import { Philox } from '@lockstep/math';

/** Seeded chance: the same seed and purpose give the same throws, whatever other dice are thrown in between. */
export class Dice {
  readonly #philox: Philox;
  #block = 0;
  #used = 4;

  /** @param seed of the simulated world @param purpose what is decided, a number of its own for each */
  constructor(seed: number, purpose: number) {
    this.#philox = new Philox(seed, purpose);
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    if (this.#used === 4) {
      this.#philox.generate(this.#block++, 0, 0, 0);
      this.#used = 0;
    }
    return this.#philox.words[this.#used++]! / 2 ** 32;
  }

  /** An integer from `least` to `most`. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.uniform() * (most - least + 1));
  }

  /** An integer from `least` to `most`, every octave as likely as another. `least` above 0. */
  magnitude(least: number, most: number): number {
    const octaves = 31 - Math.clz32(most / least);
    const from = least * 2 ** this.integer(0, octaves);
    return this.integer(from, Math.min(most, 2 * from - 1));
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.integer(0, items.length - 1)]!;
  }
}
