import { parentPort } from 'node:worker_threads';
import { assertSubnormals } from '@lockstep/math';
import { createNodeBackend, loadInThread, threadData } from '@lockstep/math-native';
import { InlineEvaluator } from '@lockstep/shell';
import type { EvaluationAnswer, EvaluationRequest, EvaluationThreadData } from './thread-evaluator.ts';

/** The thread of a `ThreadEvaluator`: weights in, loss and accuracy out, in the order they come. */
const { backend: name, ...task } = threadData() as EvaluationThreadData;
const answer = (message: EvaluationAnswer): void => parentPort!.postMessage(message);

const { backend } = await loadInThread(() =>
  createNodeBackend(name, { heapBytes: InlineEvaluator.heapBytes(task) }),
);
// The process around it has proved this backend; what a thread may have of its own is asked here.
assertSubnormals(backend);
const evaluator = new InlineEvaluator(backend, task);
parentPort!.on('message', ({ weights, rows }: EvaluationRequest) => {
  evaluator.evaluate(weights, rows).then(
    (evaluation) => answer({ evaluation }),
    (error: unknown) => answer({ error: error as Error }),
  );
});
