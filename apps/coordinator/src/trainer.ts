import { assertSubnormals, createBackend, weightsSha256, type Backend } from '@lockstep/math';
import {
  gatherRows,
  leafCountOf,
  rootSpan,
  rowsOfSpan,
  Sampler,
  standardisationTable,
  type Span,
} from '@lockstep/data';
import type { RunConfig } from '@lockstep/config';
import type { Checkpoint } from '@lockstep/checkpoint';
import { evaluate, heapBytesFor, initialWeights, sgdStep, type Evaluation, type Network } from '@lockstep/nn';
import { proveBackend, SpanComputer, type SpanRows, type SpanSum } from '@lockstep/worker';
import type { LoadedDataset } from './dataset.ts';

/** Rows evaluated at once; enough for the kernels' tiles, little enough to stay in the caches. */
const EVALUATION_ROWS = 512;

/** Buffers of the parameters' length beside the network's own: the weights before a step, and the reducer's slots. */
const FLAT_BUFFERS = 20;

/** The committed weights of a run and everything that is computed on them in the coordinator's process. */
export class Trainer {
  readonly config: RunConfig;
  readonly backend: Backend;
  readonly data: LoadedDataset;
  readonly sampler: Sampler;
  readonly network: Network;
  /** Committed steps. */
  step = 0;
  readonly #computer: SpanComputer;
  /** The weights before the step that is being taken. */
  readonly #before: Float32Array;
  readonly #rows: Uint8Array;
  readonly #labels: Uint8Array;
  readonly #table: Float32Array;
  readonly #maxRows: number;

  private constructor(config: RunConfig, data: LoadedDataset, backend: Backend, maxRows: number) {
    this.config = config;
    this.data = data;
    this.backend = backend;
    this.#maxRows = maxRows;
    this.#computer = new SpanComputer(backend, config, maxRows);
    this.network = this.#computer.network;
    this.#rows = new Uint8Array(config.batchSize * data.train.featureCount);
    this.#labels = new Uint8Array(config.batchSize);
    this.#before = backend.allocate(this.network.layout.length);
    this.#table = standardisationTable(config.standardisation);
    const { batchSize, seed } = config;
    this.sampler = new Sampler(data.train.rowCount, batchSize, seed);
    initialWeights(config.model, seed, this.network.weights);
  }

  /** A trainer at the checkpoint's step, or at step 0 with fresh weights. */
  static async create(
    config: RunConfig,
    data: LoadedDataset,
    backendName: 'auto' | 'wasm' | 'reference',
    checkpoint?: Checkpoint,
  ): Promise<Trainer> {
    const maxRows = Math.max(config.batchSize, EVALUATION_ROWS);
    const heapBytes = heapBytesFor(config.model, maxRows, FLAT_BUFFERS);
    const { backend } = await createBackend(backendName, { heapBytes });
    proveBackend(backend);
    const trainer = new Trainer(config, data, backend, maxRows);
    if (checkpoint !== undefined) {
      trainer.network.weights.set(checkpoint.weights);
      trainer.step = checkpoint.step;
    }
    return trainer;
  }

  /** Mini-batches of an epoch. */
  get stepsPerEpoch(): number {
    return this.sampler.stepsPerEpoch;
  }

  /** The rows of `span` of the step in flight, as they travel; views that the next call overwrites. */
  rowsOf(span: Span): SpanRows {
    const { leafRows } = this.config;
    const indices = this.sampler.rowsOfStep(this.step);
    const { start, end } = rowsOfSpan(span, indices.length, leafRows);
    const rows = this.#rows.subarray(0, (end - start) * this.data.train.featureCount);
    const labels = this.#labels.subarray(0, end - start);
    gatherRows(this.data.train, indices, start, end, rows, labels);
    return { rows, labels };
  }

  /** The sum of `span` of the step in flight, computed here. */
  compute(span: Span): SpanSum {
    return this.#computer.compute(this.rowsOf(span));
  }

  /** The whole tree of the step in flight. */
  rootOfStep(): Span {
    return rootSpan(leafCountOf(this.sampler.rowCountOfStep(this.step), this.config.leafRows));
  }

  /**
   * Takes the step whose tree has this root: mean gradient, in place, then the optimizer, on the committed weights.
   * @throws {SubnormalsError} when something in this process made the thread flush subnormals
   * @returns false, with the weights as they were, when the sum or the new weights are not finite: the run has diverged
   */
  commit({ gradient, lossSum }: SpanSum): boolean {
    assertSubnormals(this.backend);
    if (!Number.isFinite(lossSum) || !this.backend.isFinite(gradient)) return false;
    const { weights } = this.network;
    this.#before.set(weights);
    const rowCount = this.sampler.rowCountOfStep(this.step);
    sgdStep(this.backend, {
      weights,
      gradientSum: gradient,
      rowCount,
      learningRate: this.config.learningRate,
    });
    if (!this.backend.isFinite(weights)) {
      weights.set(this.#before);
      return false;
    }
    this.step++;
    return true;
  }

  /** Loss and accuracy of the committed weights on the test rows. */
  evaluate(): Evaluation {
    const { backend, network } = this;
    const { leafRows } = this.config;
    return evaluate(
      { backend, network, maxRows: this.#maxRows, table: this.#table, leafRows },
      this.data.test,
    );
  }

  /** The identity of the committed weights. */
  weightsSha256(): string {
    return weightsSha256(this.network.weights);
  }
}
