import type { Backend } from '@lockstep/math';
import { standardisationTable, type Dataset } from '@lockstep/data';
import type { RunConfig } from '@lockstep/config';
import { evaluate, memoryFor, Network, type Evaluation } from '@lockstep/nn';

/** Rows evaluated at once; enough for the kernels' tiles, little enough to stay in the caches. */
const EVALUATION_ROWS = 512;

/** Judges weights on the test rows. */
export interface Evaluator {
  /** Loss and accuracy of `weights`, which are copied before this returns. */
  evaluate(weights: Float32Array): Promise<Evaluation>;
  close(): void;
}

/** What an evaluator judges on. */
export interface EvaluationTask {
  readonly config: RunConfig;
  readonly test: Dataset;
}

/** An evaluator that computes where it is called. */
export class InlineEvaluator implements Evaluator {
  readonly #backend: Backend;
  readonly #task: EvaluationTask;
  readonly #network: Network;
  readonly #table: Float32Array;
  readonly #maxRows: number;

  /** Bytes of heap its backend needs. */
  static heapBytes({ config }: EvaluationTask): number {
    const { tensorBytes, scratchBytes } = memoryFor(config.model, maxRowsOf(config));
    return tensorBytes + scratchBytes;
  }

  constructor(backend: Backend, task: EvaluationTask) {
    this.#backend = backend;
    this.#task = task;
    this.#maxRows = maxRowsOf(task.config);
    this.#network = new Network(backend, task.config.model, this.#maxRows);
    this.#table = standardisationTable(task.config.standardisation);
  }

  evaluate(weights: Float32Array): Promise<Evaluation> {
    this.#network.weights.set(weights);
    const { leafRows } = this.#task.config;
    const [backend, network, maxRows, table] = [this.#backend, this.#network, this.#maxRows, this.#table];
    return Promise.resolve(evaluate({ backend, network, maxRows, table, leafRows }, this.#task.test));
  }

  close(): void {
    // Nothing was started.
  }
}

const maxRowsOf = ({ leafRows }: RunConfig): number => Math.max(EVALUATION_ROWS, leafRows);
