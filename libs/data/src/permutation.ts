import { Philox } from '@lockstep/math';
import { DataError } from './data-error.ts';

const WORD_VALUES = 2 ** 32;

/**
 * The rows 0 .. rowCount - 1 in a seeded order: Fisher-Yates from the last position down (Durstenfeld 1964), with unbiased bounded
 * integers.
 * @param stream what the order is for @param epoch which order of those
 */
export function permutation(rowCount: number, seed: number, stream: number, epoch: number): Uint32Array {
  const order = new Uint32Array(rowCount);
  for (let i = 0; i < rowCount; i++) order[i] = i;
  const words = new OrderWords(seed, stream, epoch);
  for (let i = rowCount - 1; i > 0; i--) {
    const j = words.nextBelow(i + 1);
    const moved = order[i]!;
    order[i] = order[j]!;
    order[j] = moved;
  }
  return order;
}

/** The random words of one order: the blocks at the counters (epoch, 0, 0, 0), (epoch, 1, 0, 0), ... in turn. */
class OrderWords {
  readonly #philox: Philox;
  readonly #epoch: number;
  #block = 0;
  #used = 4;

  constructor(seed: number, stream: number, epoch: number) {
    checkInteger('epoch', epoch, 0, WORD_VALUES - 1);
    this.#philox = new Philox(seed, stream);
    this.#epoch = epoch;
  }

  /** An integer in [0, bound), each equally likely: words past the last whole multiple of `bound` are thrown away. */
  nextBelow(bound: number): number {
    const end = WORD_VALUES - (WORD_VALUES % bound);
    let word = this.#next();
    while (word >= end) word = this.#next();
    return word % bound;
  }

  #next(): number {
    if (this.#used === 4) {
      this.#philox.generate(this.#epoch, this.#block++, 0, 0);
      this.#used = 0;
    }
    return this.#philox.words[this.#used++]!;
  }
}

/** @throws {DataError} `bad-sampling` */
export function checkInteger(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new DataError('bad-sampling', `${what} is ${value}; give an integer from ${least} to ${most}`);
}
