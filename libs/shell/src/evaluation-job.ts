import type { EvaluationSums } from '@lockstep/nn';

/** Who judges parts of a job. */
export interface Judge {
  /** For people. */
  readonly name: string;
}

interface Part {
  answer: { readonly sums: EvaluationSums; readonly by: Judge } | undefined;
  /** Those who are at it. */
  readonly takers: Set<Judge>;
}

/** How many may be at one part for another worker to join them: who is slow, or gone, holds nobody up. */
const MOST_TAKERS = 3;

/**
 * One evaluation as work to be taken: the coordinator takes parts from the front, workers from the back, and who finds nothing left takes
 * what another is at. The first answer of a part counts, and one after it is compared.
 */
export class EvaluationJob {
  readonly #parts: readonly Part[];
  /** Parts that nobody is at. */
  readonly #free: number[];
  #answered = 0;
  #resolve!: (sums: readonly EvaluationSums[]) => void;
  #reject!: (error: Error) => void;
  /** What all parts come to, in order. */
  readonly done: Promise<readonly EvaluationSums[]>;

  /** @param partCount at least 1 */
  constructor(partCount: number) {
    this.#parts = Array.from({ length: partCount }, () => ({ answer: undefined, takers: new Set<Judge>() }));
    // The first at its end: it is taken from there.
    this.#free = Array.from({ length: partCount }, (_, index) => partCount - 1 - index);
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever waits for it hears of a failure.
    this.done.catch(() => undefined);
  }

  get isDone(): boolean {
    return this.#answered === this.#parts.length;
  }

  /** Parts from the front, at most `most`; where nobody left one free, one that others are at; none when the job is done. */
  takeFirst(judge: Judge, most: number): readonly number[] {
    const taken = this.#free.splice(-most).toReversed();
    if (taken.length === 0) taken.push(...this.#openTo(judge, Infinity));
    return taken.map((part) => this.#take(judge, part));
  }

  /** A part from the back, or one that another is at; undefined where there is none. */
  takeLast(judge: Judge): number | undefined {
    const part = this.#free.shift() ?? this.#openTo(judge, MOST_TAKERS)[0];
    return part === undefined ? undefined : this.#take(judge, part);
  }

  /** Whoever it is judges nothing more. */
  leave(judge: Judge): void {
    for (const [part, { answer, takers }] of this.#parts.entries()) {
      if (takers.delete(judge) && takers.size === 0 && answer === undefined) this.#free.push(part);
    }
  }

  /** @returns who gave other bits before; undefined when nobody did */
  answer(part: number, sums: EvaluationSums, by: Judge): Judge | undefined {
    const entry = this.#parts[part]!;
    entry.takers.delete(by);
    if (entry.answer !== undefined) return areEqual(entry.answer.sums, sums) ? undefined : entry.answer.by;
    entry.answer = { sums, by };
    this.#answered++;
    if (this.isDone) this.#resolve(this.#parts.map((each) => each.answer!.sums));
    return undefined;
  }

  /** It cannot be finished. */
  fail(error: Error): void {
    this.#reject(error);
  }

  /** The first part without an answer that `judge` is not at, and fewer than `most` others are. */
  #openTo(judge: Judge, most: number): readonly number[] {
    const part = this.#parts.findIndex(
      ({ answer, takers }) => answer === undefined && takers.size < most && !takers.has(judge),
    );
    return part < 0 ? [] : [part];
  }

  #take(judge: Judge, part: number): number {
    this.#parts[part]!.takers.add(judge);
    return part;
  }
}

/** Bit for bit, any NaN like any other. */
const areEqual = (left: EvaluationSums, right: EvaluationSums): boolean =>
  Object.is(left.lossSum, right.lossSum) &&
  left.tallies.every((tally, index) =>
    tally.every((value, at) => Object.is(value, right.tallies[index]![at])),
  );
