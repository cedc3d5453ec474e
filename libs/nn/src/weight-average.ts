/**
 * The exponential moving average of a run's weights (contract, section 4): e begins as the initial weights and is e + (1 - d) * (w - e) after each
 * step, every operation a float64's, 1 - d rounded once. In float32 it would come to rest 6e-4 short of where it goes at d = 0.9999.
 * PyTorch's and Keras's begin after the first step.
 */
export class WeightAverage {
  /** In the layout of the parameters. */
  readonly values: Float64Array;
  readonly #part: number;
  readonly #rounded: Float32Array;

  /** Bytes that it takes of the process's memory, beside the backend's. */
  static bytesFor(decay: number | undefined, length: number): number {
    return decay === undefined
      ? 0
      : length * (Float64Array.BYTES_PER_ELEMENT + Float32Array.BYTES_PER_ELEMENT);
  }

  /**
   * @param decay d, above 0 and below 1
   * @param begin the initial weights, or the average of a checkpoint; copied
   */
  constructor(decay: number, begin: Float32Array | Float64Array) {
    this.#part = 1 - decay;
    this.values = Float64Array.from(begin);
    this.#rounded = new Float32Array(begin.length);
  }

  /** Takes the weights of a committed step into account. */
  follow(weights: Float32Array): void {
    const { values } = this;
    const part = this.#part;
    for (let i = 0; i < values.length; i++) values[i]! += part * (weights[i]! - values[i]!);
  }

  /** Each rounded once to float32, to be used as weights; overwritten by the next call. */
  rounded(): Float32Array {
    this.#rounded.set(this.values);
    return this.#rounded;
  }
}
