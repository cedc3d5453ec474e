import type { Backend } from '@lockstep/math';
import { standardisationTable, type Dataset } from '@lockstep/data';
import type { RunConfig } from '@lockstep/config';
import { evaluate, memoryFor, metricLabel, Network, type Evaluation, type MetricSpec } from '@lockstep/nn';

/** Rows evaluated at once; enough for the kernels' tiles, little enough to stay in the caches. */
const EVALUATION_ROWS = 512;

/** Which rows weights are judged on: those held back of the training rows, or those of the end. */
export type EvaluationRows = 'validation' | 'test';

/** Judges weights on rows that were not learned from. */
export interface Evaluator {
  /** Loss, accuracy and metrics of `weights`, which are copied before this returns. */
  evaluate(weights: Float32Array, rows: EvaluationRows): Promise<Evaluation>;
  close(): void;
}

/** What an evaluator judges on. */
export interface EvaluationTask {
  readonly config: RunConfig;
  readonly test: Dataset;
  /** Those held back; left out where none are. */
  readonly validation?: Dataset;
}

/** The rows of a dataset that weights are judged on. */
export const evaluationRowsOf = ({
  test,
  validation,
}: Pick<EvaluationTask, 'test' | 'validation'>): Omit<EvaluationTask, 'config'> => ({
  test,
  ...(validation !== undefined && { validation }),
});

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

  evaluate(weights: Float32Array, rows: EvaluationRows): Promise<Evaluation> {
    const { config, test, validation } = this.#task;
    this.#network.weights.set(weights);
    const setup = {
      ...{ backend: this.#backend, network: this.#network, maxRows: this.#maxRows, table: this.#table },
      ...{ leafRows: config.leafRows, metrics: metricsOf(config) },
    };
    return Promise.resolve(evaluate(setup, rows === 'test' ? test : validation!));
  }

  close(): void {
    // Nothing was started.
  }
}

/** What is asked of an evaluation: what is shown, and what steers. */
function metricsOf({ metrics = [], steering }: RunConfig): readonly MetricSpec[] {
  const { monitor } = steering ?? {};
  if (monitor === undefined || monitor.type === 'accuracy') return metrics;
  const isShown = metrics.some((metric) => metricLabel(metric) === metricLabel(monitor));
  return isShown ? metrics : [...metrics, monitor];
}

const maxRowsOf = ({ leafRows }: RunConfig): number => Math.max(EVALUATION_ROWS, leafRows);
