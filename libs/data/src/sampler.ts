import { rowCountOfStep, stepsPerEpoch, type EpochCut } from './mini-batches.ts';
import { checkInteger, permutation } from './permutation.ts';
import { STREAMS } from './streams.ts';

const MOST_ROWS = 2 ** 32 - 1;

/**
 * The seeded order of the rows: every epoch is a fresh permutation of all of them, cut into mini-batches; the last, short
 * one is kept. The permutation depends on seed, epoch and row count alone, so any step can be asked for directly.
 */
export class Sampler {
  /** Mini-batches of an epoch. */
  readonly stepsPerEpoch: number;
  readonly #cut: EpochCut;
  readonly #seed: number;
  readonly #trainRows: number;
  /** Whether every epoch has the rows of the first, in their order. */
  readonly #isSame: boolean;
  /** The orders of two epochs: at the end of one, the rows of the next are asked for too. */
  readonly #orders: { epoch: number; order: Uint32Array }[] = [];

  /**
   * @param trainRows rows of the training part, 1 to 2^32 - 1
   * @param batchSize rows of a mini-batch
   * @param seed      the run's, 0 to 2^32 - 1
   * @param only      so many mini-batches, the first ones of the first epoch, are those of every epoch; all of them where left out
   * @throws {DataError} `bad-sampling`
   */
  constructor(trainRows: number, batchSize: number, seed: number, only?: number) {
    checkInteger('trainRows', trainRows, 1, MOST_ROWS);
    checkInteger('batchSize', batchSize, 1, Number.MAX_SAFE_INTEGER);
    checkInteger('seed', seed, 0, MOST_ROWS);
    if (only !== undefined) checkInteger('only', only, 1, MOST_ROWS);
    this.#trainRows = trainRows;
    this.#isSame = only !== undefined;
    this.#cut = { trainRows: Math.min(trainRows, (only ?? Infinity) * batchSize), batchSize };
    this.#seed = seed;
    this.stepsPerEpoch = stepsPerEpoch(this.#cut);
  }

  /** The epoch, from 0, that `step` belongs to. */
  epochOfStep(step: number): number {
    return Math.floor(step / this.stepsPerEpoch);
  }

  /** Rows of the mini-batch of `step`. */
  rowCountOfStep(step: number): number {
    return rowCountOfStep(this.#cut, step);
  }

  /**
   * The row numbers of the mini-batch of `step`, in sampler order: a window onto its epoch's permutation, which stays valid.
   * @throws {DataError} `bad-sampling` for what is no step number
   */
  rowsOfStep(step: number): Uint32Array {
    checkInteger('step', step, 0, Number.MAX_SAFE_INTEGER);
    const start = (step % this.stepsPerEpoch) * this.#cut.batchSize;
    return this.#orderOf(this.#isSame ? 0 : this.epochOfStep(step)).subarray(
      start,
      start + this.rowCountOfStep(step),
    );
  }

  #orderOf(epoch: number): Uint32Array {
    const known = this.#orders[epoch % 2];
    if (known?.epoch === epoch) return known.order;
    const order = permutation(this.#trainRows, this.#seed, STREAMS.rowOrder, epoch);
    this.#orders[epoch % 2] = { epoch, order };
    return order;
  }
}
