/** Steps whose losses are averaged, at the beginning and before the judgement. */
const WINDOW = 20;
/** Steps after which it is judged; a run that ends sooner is judged at its end, where that is late enough to tell. */
const JUDGED_AT = 200;
const LEAST_STEPS = 100;
/** The part of the first mean by which the loss has to have fallen. */
const LEAST_FALL = 0.02;

/**
 * Notices a run that learns nothing from its beginning: where the mean training loss of the 20 steps before step 200 (or before twice
 * the warm-up, or the end of a shorter run) is not at least 2 % below that of the first 20. It follows from the losses alone, so that every
 * run with the same bits says the same, once.
 */
export class LossWatch {
  readonly #judgedAt: number;
  #first = 0;
  #last = 0;

  constructor(run: { readonly totalSteps: number; readonly warmUpSteps: number }) {
    this.#judgedAt = Math.min(run.totalSteps, Math.max(JUDGED_AT, 2 * run.warmUpSteps));
  }

  /**
   * @param step committed steps, from 1
   * @param loss the mean of the step's mini-batch
   * @returns what there is to say, for people, at the step where it is judged
   */
  onStep(step: number, loss: number): string | undefined {
    if (this.#judgedAt < LEAST_STEPS || step > this.#judgedAt) return undefined;
    if (step <= WINDOW) this.#first += loss / WINDOW;
    if (step > this.#judgedAt - WINDOW) this.#last += loss / WINDOW;
    if (step < this.#judgedAt || this.#first - this.#last > LEAST_FALL * Math.abs(this.#first))
      return undefined;
    return (
      `the training loss has not fallen: ${this.#first.toPrecision(4)} in the first ${WINDOW} steps, ${this.#last.toPrecision(4)} in those ` +
      `before step ${step}. Try a --lr ten times as small or as large; see that inputs are standardised and that labels belong to their rows; ` +
      '--overfit-batches 1 shows whether the network learns anything'
    );
  }
}
