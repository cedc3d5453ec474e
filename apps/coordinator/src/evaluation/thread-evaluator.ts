import type { BackendName } from '@lockstep/math';
import { NativeThread } from '@lockstep/math-native';
import type { Evaluation } from '@lockstep/nn';
import type { EvaluationRows, EvaluationTask, Evaluator } from '@lockstep/shell';

/** What the thread is started with. */
export interface EvaluationThreadData extends EvaluationTask {
  readonly backend: BackendName;
}

export interface EvaluationRequest {
  readonly weights: Float32Array;
  readonly rows: EvaluationRows;
}

export type EvaluationAnswer = { readonly evaluation: Evaluation } | { readonly error: Error };

interface Waiting {
  resolve(evaluation: Evaluation): void;
  reject(error: Error): void;
}

/** An evaluator with a thread of its own, so that training goes on meanwhile. */
export class ThreadEvaluator implements Evaluator {
  readonly #thread: NativeThread;
  readonly #waiting: Waiting[] = [];
  #failure: Error | undefined;

  /** @param data the test rows are copied to the thread */
  constructor(data: EvaluationThreadData) {
    this.#thread = new NativeThread(new URL('./evaluation/thread.mjs', import.meta.url), data);
    const { worker } = this.#thread;
    worker.on('message', (answer: EvaluationAnswer) => {
      const waiting = this.#waiting.shift();
      if ('error' in answer) waiting?.reject(answer.error);
      else waiting?.resolve(answer.evaluation);
    });
    worker.on('error', (error: Error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('the evaluating thread ended')));
  }

  evaluate(weights: Float32Array, rows: EvaluationRows): Promise<Evaluation> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const copy = new Float32Array(weights);
    const request: EvaluationRequest = { weights: copy, rows };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#thread.worker.postMessage(request, [copy.buffer]);
    });
  }

  close(): void {
    this.#thread.end();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
