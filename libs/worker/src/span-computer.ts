import { assertSubnormals, type Backend } from '@lockstep/math';
import { fillTargets, standardisationTable, type Targets } from '@lockstep/data';
import type { WorkerConfig } from '@lockstep/config';
import { answerRows, Network, type GivenRows } from '@lockstep/nn';
import { mostRowsOf } from './most-rows.ts';

/** The sum of one span's rows. */
export interface SpanSum {
  /** Flat, [parameterCount]; a view that the next span overwrites. */
  readonly gradient: Float32Array;
  readonly lossSum: number;
}

/** The rows of a span as they travel: [rows, features] bytes, and [rows] classes or [rows, width] labels or numbers. */
export interface SpanRows {
  readonly rows: Uint8Array;
  readonly labels: Targets;
  /** The step they belong to, and the place of the first among all rows of it: what is drawn by chance follows from them. */
  readonly step: number;
  readonly firstRow: number;
}

/** Weights and rows in, sums out: what every worker does, and the coordinator when it checks one. */
export class SpanComputer {
  readonly network: Network;
  readonly #backend: Backend;
  readonly #config: WorkerConfig;
  readonly #table: Float32Array;

  /**
   * @param config as workers are told it (`workerConfigOf`)
   * @param maxRows the most rows `network` takes at once; what a worker is given when left out
   */
  constructor(backend: Backend, config: WorkerConfig, maxRows: number = mostRowsOf(config)) {
    this.#backend = backend;
    this.#config = config;
    this.#table = standardisationTable(config.standardisation);
    const { model, freeze } = config;
    this.network = new Network(backend, model, maxRows, { frozen: new Set(freeze) });
  }

  /**
   * The gradient and loss of the rows, summed up the span's part of the tree, against the weights in `network.weights`.
   * @throws {SubnormalsError} when something in this process made the thread flush subnormals
   */
  compute({ rows, labels, step, firstRow }: SpanRows): SpanSum {
    assertSubnormals(this.#backend);
    const { seed, leafRows, dataset } = this.#config;
    const { classCount, featureCount } = dataset;
    const rowCount = rows.length / featureCount;
    this.#backend.lookup(this.network.inputs.subarray(0, rows.length), rows, this.#table);
    fillTargets(labels, classCount, this.network.labels.subarray(0, rowCount * classCount));
    const lossSum = this.network.backpropagate(rowCount, leafRows, { seed, step, firstRow });
    return { gradient: this.network.gradient, lossSum };
  }

  /**
   * What the network says of rows, with the weights in `network.weights`: [rows, outputs], a view that the next call overwrites.
   * @throws {SubnormalsError} as `compute`
   */
  answer(given: GivenRows): Float32Array {
    assertSubnormals(this.#backend);
    answerRows({ backend: this.#backend, network: this.network, table: this.#table }, given);
    return this.network.outputsOf(given.rowCount);
  }
}
