import { parentPort } from 'node:worker_threads';
import { createNodeBackend, loadInThread, threadData } from '@lockstep/math-native';
import { proveBackend } from '@lockstep/worker';
import { InlineEvaluator } from '@lockstep/shell';
import type { EvaluationAnswer, EvaluationRequest, EvaluationThreadData } from './thread-evaluator.ts';

/** The thread of a `ThreadEvaluator`: weights in, loss and accuracy out, in the order they come. */
const { backend: name, ...task } = threadData() as EvaluationThreadData;
const answer = (message: EvaluationAnswer): void => parentPort!.postMessage(message);

const { backend } = await loadInThread(() =>
  createNodeBackend(name, { heapBytes: InlineEvaluator.heapBytes(task) }),
);
proveBackend(backend);
const evaluator = new InlineEvaluator(backend, task);
parentPort!.on('message', ({ weights, rows }: EvaluationRequest) => {
  evaluator.evaluate(weights, rows).then(
    (evaluation) => answer({ evaluation }),
    (error: unknown) => answer({ error: error as Error }),
  );
});
