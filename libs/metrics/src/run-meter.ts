/** How quickly the shown rate follows the measured one: about the last two seconds count. */
const RATE_WINDOW_SECONDS = 2;

/** Steps whose times are remembered for the median. */
const STEPS_REMEMBERED = 4096;

/** What the progress line shows. */
export interface Progress {
  readonly step: number;
  readonly totalSteps: number;
  /** Epoch of the step in flight, from 1. */
  readonly epoch: number;
  readonly epochCount: number;
  /** Steps of the epoch that are done, and how many it has. */
  readonly stepInEpoch: number;
  readonly stepsInEpoch: number;
  /** Mean over the rows of this epoch so far. */
  readonly loss: number;
  readonly rowsPerSecond: number;
  readonly secondsLeft: number;
}

/** Folds committed steps into rates and means. Times arrive as seconds of any monotonic clock. */
export class RunMeter {
  readonly #totalSteps: number;
  readonly #stepsPerEpoch: number;
  #startedAt = 0;
  #rows = 0;
  #epochRows = 0;
  #epochLoss = 0;
  #step: number;
  #rate = 0;
  #rateAt = 0;
  #rowsSinceRate = 0;
  /** Seconds of the newest steps, oldest overwritten. */
  readonly #stepSeconds = new Float64Array(STEPS_REMEMBERED);
  #stepCount = 0;
  #stepAt = 0;

  constructor(run: {
    readonly firstStep: number;
    readonly totalSteps: number;
    readonly stepsPerEpoch: number;
  }) {
    this.#step = run.firstStep;
    this.#totalSteps = run.totalSteps;
    this.#stepsPerEpoch = run.stepsPerEpoch;
  }

  /** The first step begins. */
  begin(now: number): void {
    this.#startedAt = now;
    this.#rateAt = now;
    this.#stepAt = now;
  }

  /** A step of `rows` rows with mean loss `loss` was committed; `step` counts committed steps. */
  onStep(step: number, rows: number, loss: number, now: number): void {
    if ((step - 1) % this.#stepsPerEpoch === 0) {
      this.#epochRows = 0;
      this.#epochLoss = 0;
    }
    this.#stepSeconds[this.#stepCount++ % STEPS_REMEMBERED] = now - this.#stepAt;
    this.#stepAt = now;
    this.#step = step;
    this.#rows += rows;
    this.#epochRows += rows;
    this.#epochLoss += loss * rows;
    this.#rowsSinceRate += rows;
    const elapsed = now - this.#rateAt;
    if (elapsed < 0.1) return;
    const weight = this.#rate === 0 ? 1 : Math.min(1, elapsed / RATE_WINDOW_SECONDS);
    this.#rate += weight * (this.#rowsSinceRate / elapsed - this.#rate);
    this.#rateAt = now;
    this.#rowsSinceRate = 0;
  }

  /** Seconds since the first step began. */
  seconds(now: number): number {
    return now - this.#startedAt;
  }

  /** Rows a second since then. */
  samplesPerSecond(now: number): number {
    const seconds = this.seconds(now);
    return seconds > 0 ? this.#rows / seconds : 0;
  }

  /** The median time of the newest steps, from commit to commit; 0 before the first. */
  medianStepSeconds(): number {
    const known = this.#stepSeconds.slice(0, Math.min(this.#stepCount, STEPS_REMEMBERED)).sort();
    return known[known.length >> 1] ?? 0;
  }

  progress(): Progress {
    const done = Math.max(0, this.#step - 1);
    const epoch = Math.floor(done / this.#stepsPerEpoch);
    const stepsInEpoch = Math.min(this.#stepsPerEpoch, this.#totalSteps - epoch * this.#stepsPerEpoch);
    const rowsPerStep = this.#epochRows / Math.max(1, this.#step - epoch * this.#stepsPerEpoch);
    const rowsLeft = (this.#totalSteps - this.#step) * rowsPerStep;
    return {
      step: this.#step,
      totalSteps: this.#totalSteps,
      epoch: epoch + 1,
      epochCount: Math.ceil(this.#totalSteps / this.#stepsPerEpoch),
      stepInEpoch: this.#step - epoch * this.#stepsPerEpoch,
      stepsInEpoch,
      loss: this.#epochRows > 0 ? this.#epochLoss / this.#epochRows : NaN,
      rowsPerSecond: this.#rate,
      secondsLeft: this.#rate > 0 ? rowsLeft / this.#rate : NaN,
    };
  }
}
