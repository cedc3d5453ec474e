import { Philox } from '@lockstep/math';
import { DataError } from './data-error.ts';
import { STREAMS } from './streams.ts';

const WORD_VALUES = 2 ** 32;

/**
 * The seeded order of the rows: every epoch is a fresh permutation of all of them, cut into mini-batches; the last, short
 * one is kept. The permutation depends on seed, epoch and row count alone, so any step can be asked for directly.
 */
export class Sampler {
  /** Mini-batches of an epoch. */
  readonly stepsPerEpoch: number;
  readonly #trainRows: number;
  readonly #batchSize: number;
  readonly #seed: number;
  /** The orders of two epochs: at the end of one, the rows of the next are asked for too. */
  readonly #orders: { epoch: number; permutation: Uint32Array }[] = [];

  /**
   * @param trainRows rows of the training part, 1 to 2^32 - 1
   * @param batchSize rows of a mini-batch
   * @param seed      the run's, 0 to 2^32 - 1
   * @throws {DataError} `bad-sampling`
   */
  constructor(trainRows: number, batchSize: number, seed: number) {
    checkInteger('trainRows', trainRows, 1, WORD_VALUES - 1);
    checkInteger('batchSize', batchSize, 1, Number.MAX_SAFE_INTEGER);
    checkInteger('seed', seed, 0, WORD_VALUES - 1);
    this.#trainRows = trainRows;
    this.#batchSize = batchSize;
    this.#seed = seed;
    this.stepsPerEpoch = Math.ceil(trainRows / batchSize);
  }

  /** The epoch, from 0, that `step` belongs to. */
  epochOfStep(step: number): number {
    return Math.floor(step / this.stepsPerEpoch);
  }

  /** Rows of the mini-batch of `step`. */
  rowCountOfStep(step: number): number {
    const start = (step % this.stepsPerEpoch) * this.#batchSize;
    return Math.min(this.#batchSize, this.#trainRows - start);
  }

  /**
   * The row numbers of the mini-batch of `step`, in sampler order: a window onto its epoch's permutation, which stays valid.
   * @throws {DataError} `bad-sampling` for what is no step number
   */
  rowsOfStep(step: number): Uint32Array {
    checkInteger('step', step, 0, Number.MAX_SAFE_INTEGER);
    const start = (step % this.stepsPerEpoch) * this.#batchSize;
    return this.#orderOf(this.epochOfStep(step)).subarray(start, start + this.rowCountOfStep(step));
  }

  #orderOf(epoch: number): Uint32Array {
    const known = this.#orders[epoch % 2];
    if (known?.epoch === epoch) return known.permutation;
    const permutation = epochPermutation(this.#trainRows, this.#seed, epoch);
    this.#orders[epoch % 2] = { epoch, permutation };
    return permutation;
  }
}

/**
 * The rows 0 .. trainRows - 1 in the order of `epoch`: Fisher-Yates from the last position down (Durstenfeld 1964), with
 * unbiased bounded integers.
 */
function epochPermutation(trainRows: number, seed: number, epoch: number): Uint32Array {
  const permutation = new Uint32Array(trainRows);
  for (let i = 0; i < trainRows; i++) permutation[i] = i;
  const words = new EpochWords(seed, epoch);
  for (let i = trainRows - 1; i > 0; i--) {
    const j = words.nextBelow(i + 1);
    const moved = permutation[i]!;
    permutation[i] = permutation[j]!;
    permutation[j] = moved;
  }
  return permutation;
}

/** The random words of one epoch's order: the blocks at the counters (epoch, 0, 0, 0), (epoch, 1, 0, 0), ... in turn. */
class EpochWords {
  readonly #philox: Philox;
  readonly #epoch: number;
  #block = 0;
  #used = 4;

  constructor(seed: number, epoch: number) {
    checkInteger('epoch', epoch, 0, WORD_VALUES - 1);
    this.#philox = new Philox(seed, STREAMS.rowOrder);
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

function checkInteger(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new DataError('bad-sampling', `${what} is ${value}; give an integer from ${least} to ${most}`);
}
