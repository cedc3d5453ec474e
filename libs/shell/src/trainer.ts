import { assertSubnormals, averageSha256, weightsSha256, type Backend } from '@lockstep/math';
import {
  gatherRows,
  leafCountOf,
  rootSpan,
  rowsOfSpan,
  Sampler,
  type Span,
  type Dataset,
  targetsBetween,
  type Targets,
  type TrainTest,
} from '@lockstep/data';
import { workerConfigOf, type RunConfig } from '@lockstep/config';
import type { Checkpoint } from '@lockstep/checkpoint';
import {
  FIRST_STEERING_STATE,
  frozenLayout,
  initialWeights,
  layoutOf,
  learningRateAt,
  memoryFor,
  momentumAt,
  Optimizer,
  WeightAverage,
  weightSumOf,
  type OptimizerState,
  type ParameterLayout,
  type SteeringState,
} from '@lockstep/nn';
import { SpanComputer, type SpanRows, type SpanSum } from '@lockstep/worker';
import { WeightBuffers } from './weight-buffers.ts';

/** A dataset, and what of it belongs to the run's configuration. */
export interface LoadedDataset extends TrainTest {
  readonly facts: Pick<RunConfig, 'dataset' | 'standardisation'>;
  /** Training rows that are held back; `train` is without them. */
  readonly validation?: Dataset;
}

/** Buffers of the parameters' length for the reducer: as many as the deepest tree has levels. */
const REDUCER_BUFFERS = 20;

/** The committed weights of a run and everything that is computed on them in the coordinator's process. */
export class Trainer {
  readonly config: RunConfig;
  readonly backend: Backend;
  readonly data: LoadedDataset;
  readonly sampler: Sampler;
  readonly layout: ParameterLayout;
  readonly weightBuffers: WeightBuffers;
  /** Committed steps. */
  step = 0;
  /** What the evaluations so far have decided. */
  steering: SteeringState;
  /** The moving average of the committed weights; left out where the run takes none. */
  readonly average: WeightAverage | undefined;
  readonly #computer: SpanComputer;
  readonly #rows: Uint8Array;
  readonly #labels: Targets;
  readonly #optimizer: Optimizer;

  /** Bytes of heap its backend needs. */
  static heapBytes(config: RunConfig): number {
    const layout = layoutOf(config.model);
    const { length } = layout;
    const extraElements =
      WeightBuffers.elementsFor(length) +
      REDUCER_BUFFERS * (length + 16) +
      Optimizer.elementsFor(config.optimizer, frozenLayout(layout, config.freeze));
    const { tensorBytes, scratchBytes } = memoryFor(config.model, config.batchSize, extraElements);
    return tensorBytes + scratchBytes;
  }

  /** Bytes of memory that it needs: its backend's heap, and what it keeps beside it. */
  static memoryBytes(config: RunConfig): number {
    return Trainer.heapBytes(config) + WeightAverage.bytesFor(config.ema, layoutOf(config.model).length);
  }

  /** Bytes of it that are kept from step to step beside the weights. */
  static stateBytes(config: RunConfig): number {
    const layout = layoutOf(config.model);
    const { BYTES_PER_ELEMENT } = Float32Array;
    return (
      BYTES_PER_ELEMENT * Optimizer.elementsFor(config.optimizer, frozenLayout(layout, config.freeze)) +
      WeightAverage.bytesFor(config.ema, layout.length)
    );
  }

  /** A trainer at the checkpoint's step, or at step 0 with fresh weights. */
  constructor(
    config: RunConfig,
    data: LoadedDataset,
    backend: Backend,
    checkpoint?: Pick<Checkpoint, 'weights' | 'step' | 'optimizer' | 'average' | 'steering'>,
  ) {
    this.config = config;
    this.data = data;
    this.backend = backend;
    this.#computer = new SpanComputer(backend, workerConfigOf(config));
    this.layout = this.#computer.network.layout;
    this.weightBuffers = new WeightBuffers(backend, this.layout.length);
    this.#optimizer = new Optimizer(
      backend,
      config.optimizer,
      frozenLayout(this.layout, config.freeze),
      checkpoint?.optimizer,
    );
    this.#rows = new Uint8Array(config.batchSize * data.train.featureCount);
    this.#labels =
      config.dataset.target === undefined
        ? new Uint8Array(config.batchSize)
        : new Float32Array(config.batchSize * config.dataset.classCount);
    const { batchSize, seed } = config;
    this.sampler = new Sampler(data.train.rowCount, batchSize, seed, config.overfitBatches);
    if (checkpoint === undefined) {
      initialWeights(config.model, seed, this.weights);
    } else {
      this.weights.set(checkpoint.weights);
      this.step = checkpoint.step;
    }
    this.steering = checkpoint?.steering ?? FIRST_STEERING_STATE;
    this.average =
      config.ema === undefined
        ? undefined
        : new WeightAverage(config.ema, checkpoint?.average ?? this.weights);
    this.#computer.network.useWeights(this.weights);
  }

  /** The committed weights, flat. */
  get weights(): Float32Array {
    return this.weightBuffers.current.tensor;
  }

  /** By which the run is judged: the average where it takes one, else the committed weights. The next step overwrites them. */
  get judgedWeights(): Float32Array {
    return this.average?.rounded() ?? this.weights;
  }

  /** What the optimizer knows of the committed steps; undefined where it keeps nothing. The step after next overwrites it. */
  get optimizerState(): OptimizerState | undefined {
    return this.#optimizer.state;
  }

  /** Mini-batches of an epoch. */
  get stepsPerEpoch(): number {
    return this.sampler.stepsPerEpoch;
  }

  /** Which rows [start, end) of the mini-batch of `step` are those of `span`. */
  rowRangeOf(step: number, span: Span): { readonly start: number; readonly end: number } {
    return rowsOfSpan(span, this.sampler.rowCountOfStep(step), this.config.leafRows);
  }

  /** The rows of `span` of `step`, as they travel; views that the next call overwrites. */
  rowsOf(step: number, span: Span): SpanRows {
    const indices = this.sampler.rowsOfStep(step);
    const { start, end } = this.rowRangeOf(step, span);
    const rows = this.#rows.subarray(0, (end - start) * this.data.train.featureCount);
    const labels = targetsBetween(this.#labels, 0, end - start, this.config.dataset.classCount);
    gatherRows(this.data.train, indices, start, end, rows, labels);
    return { rows, labels, step, firstRow: start };
  }

  /** What the rows of `step` count together: their number, where none has a weight. */
  weightSumOfStep(step: number): number {
    const { config, data, sampler } = this;
    const { labels } = data.train;
    const indices = sampler.rowsOfStep(step);
    return weightSumOf(
      config.model.loss,
      sampler.rowCountOfStep(step),
      config.leafRows,
      (row) => labels[indices[row]!]!,
    );
  }

  /** The sum of `span` of the step in flight, computed here. */
  compute(span: Span): SpanSum {
    return this.#computer.compute(this.rowsOf(this.step, span));
  }

  /** The whole tree of the step in flight. */
  rootOfStep(): Span {
    return rootSpan(leafCountOf(this.sampler.rowCountOfStep(this.step), this.config.leafRows));
  }

  /**
   * Takes the step whose tree has this root: mean gradient, then the optimizer, into a buffer of its own.
   * @throws {SubnormalsError} when something in this process made the thread flush subnormals
   * @returns false, with the weights as they were, when the sum or the new weights are not finite: the run has diverged
   */
  commit({ gradient, lossSum }: SpanSum): boolean {
    assertSubnormals(this.backend);
    if (!Number.isFinite(lossSum)) return false;
    const next = this.weightBuffers.spare();
    const isFinite = this.#optimizer.step({
      out: next.tensor,
      weights: this.weights,
      gradientSum: gradient,
      weightSum: this.weightSumOfStep(this.step),
      learningRate: this.learningRate,
      momentum: momentumAt(this.config.schedule, this.step),
      step: this.step,
    });
    if (!isFinite) return false;
    this.weightBuffers.commit(next);
    this.average?.follow(next.tensor);
    this.#computer.network.useWeights(next.tensor);
    this.step++;
    return true;
  }

  /** Of the step in flight, in float64: the optimizer rounds it once. */
  get learningRate(): number {
    const { schedule, learningRate } = this.config;
    return learningRateAt(schedule, learningRate, this.step) * this.steering.rateFactor;
  }

  /** The identity of the committed weights. */
  weightsSha256(): string {
    return weightsSha256(this.weights);
  }

  /** The identity of the average; undefined where the run takes none. */
  averageSha256(): string | undefined {
    return this.average && averageSha256(this.average.values);
  }
}
