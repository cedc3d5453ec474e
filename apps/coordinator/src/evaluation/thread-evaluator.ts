import type { BackendName } from '@lockstep/math';
import { NativeThread } from '@lockstep/math-native';
import type { EvaluationSums } from '@lockstep/nn';
import type { EvaluationTask, Evaluator, JudgedRows } from '@lockstep/shell';

/** What the thread is started with. */
export interface EvaluationThreadData extends EvaluationTask {
  readonly backend: BackendName;
}

export type EvaluationRequest =
  | { readonly type: 'begin'; readonly weights: Float32Array; readonly rows: JudgedRows }
  | { readonly type: 'evaluate'; readonly parts: readonly number[] }
  | {
      readonly type: 'judge';
      readonly rows: JudgedRows;
      readonly part: number;
      readonly outputs: Float32Array;
    };

/** To each request but the first kind, in the order they came. */
export type EvaluationAnswer = { readonly sums: readonly EvaluationSums[] } | { readonly error: Error };

interface Waiting {
  resolve(sums: readonly EvaluationSums[]): void;
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
      else waiting?.resolve(answer.sums);
    });
    worker.on('error', (error: Error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('the evaluating thread ended')));
  }

  begin(weights: Float32Array<ArrayBuffer>, rows: JudgedRows): void {
    const request: EvaluationRequest = { type: 'begin', weights, rows };
    this.#thread.worker.postMessage(request, [weights.buffer]);
  }

  evaluate(parts: readonly number[]): Promise<readonly EvaluationSums[]> {
    return this.#ask({ type: 'evaluate', parts });
  }

  async judge(rows: JudgedRows, part: number, outputs: Float32Array): Promise<EvaluationSums> {
    const [sums] = await this.#ask({ type: 'judge', rows, part, outputs });
    return sums!;
  }

  close(): void {
    this.#thread.end();
  }

  #ask(request: EvaluationRequest): Promise<readonly EvaluationSums[]> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#thread.worker.postMessage(request);
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
