import { assertSubnormals, type Backend } from '@lockstep/math';
import { standardisationTable, type Dataset } from '@lockstep/data';
import type { RunConfig } from '@lockstep/config';
import {
  answerRows,
  evaluationPartRows,
  evaluationParts,
  judgedMetricsOf,
  judgeRows,
  memoryFor,
  Network,
  type EvaluationPart,
  type EvaluationSetup,
  type EvaluationSums,
} from '@lockstep/nn';

/** Which rows weights are judged on: those held back of the training rows, or those of the end. */
export type JudgedRows = 'validation' | 'test';

/** Judges weights on rows that were not learned from, one after the other. */
export interface Evaluator {
  /** Takes the weights that the following parts are judged with; they are the evaluator's from here on. */
  begin(weights: Float32Array<ArrayBuffer>, rows: JudgedRows): void;
  /** What parts of those rows come to, by their numbers. */
  evaluate(parts: readonly number[]): Promise<readonly EvaluationSums[]>;
  /** What a part of `rows` comes to, of which another's network said `outputs`. */
  judge(rows: JudgedRows, part: number, outputs: Float32Array): Promise<EvaluationSums>;
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
  readonly #task: EvaluationTask;
  readonly #setup: EvaluationSetup;
  #rows: JudgedRows = 'test';

  /** Bytes of heap its backend needs. */
  static heapBytes({ config }: EvaluationTask): number {
    const { tensorBytes, scratchBytes } = memoryFor(config.model, evaluationPartRows(config.leafRows));
    return tensorBytes + scratchBytes;
  }

  constructor(backend: Backend, task: EvaluationTask) {
    this.#task = task;
    const { config } = task;
    const { model, leafRows } = config;
    this.#setup = {
      ...{ backend, leafRows, metrics: judgedMetricsOf(config) },
      ...(config.dataset.target !== undefined && { target: config.dataset.target }),
      network: new Network(backend, model, evaluationPartRows(leafRows)),
      table: standardisationTable(config.standardisation),
    };
  }

  begin(weights: Float32Array, rows: JudgedRows): void {
    this.#setup.network.weights.set(weights);
    this.#rows = rows;
  }

  /** @throws {SubnormalsError} when something in this process made the thread flush subnormals */
  async evaluate(parts: readonly number[]): Promise<readonly EvaluationSums[]> {
    assertSubnormals(this.#setup.backend);
    const all = this.#partsOf(this.#rows);
    return parts.map((part) => {
      answerRows(this.#setup, all[part]!);
      return judgeRows(this.#setup, all[part]!.labels);
    });
  }

  async judge(rows: JudgedRows, part: number, outputs: Float32Array): Promise<EvaluationSums> {
    const { labels, rowCount } = this.#partsOf(rows)[part]!;
    this.#setup.network.outputsOf(rowCount).set(outputs);
    return judgeRows(this.#setup, labels);
  }

  close(): void {
    // Nothing was started.
  }

  #partsOf(rows: JudgedRows): readonly EvaluationPart[] {
    const { config, test, validation } = this.#task;
    return evaluationParts(rows === 'test' ? test : validation!, config.leafRows);
  }
}
