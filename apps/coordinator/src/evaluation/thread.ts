import { parentPort } from 'node:worker_threads';
import { assertSubnormals } from '@lockstep/math';
import { createNodeBackend, loadInThread, threadData } from '@lockstep/math-native';
import { InlineEvaluator } from '@lockstep/shell';
import type { EvaluationAnswer, EvaluationRequest, EvaluationThreadData } from './thread-evaluator.ts';

/** The thread of a `ThreadEvaluator`: weights and parts in, or what others answered; what they come to out, in the order they come. */
const { backend: name, ...task } = threadData() as EvaluationThreadData;
const answer = (message: EvaluationAnswer): void => parentPort!.postMessage(message);

const { backend } = await loadInThread(() =>
  createNodeBackend(name, { heapBytes: InlineEvaluator.heapBytes(task) }),
);
// The process around it has proved this backend; what a thread may have of its own is asked here.
assertSubnormals(backend);
const evaluator = new InlineEvaluator(backend, task);
parentPort!.on('message', (request: EvaluationRequest) => {
  if (request.type === 'begin') return evaluator.begin(request.weights, request.rows);
  const asked =
    request.type === 'evaluate'
      ? evaluator.evaluate(request.parts)
      : evaluator.judge(request.rows, request.part, request.outputs).then((sums) => [sums]);
  asked.then(
    (sums) => answer({ sums }),
    (error: unknown) => answer({ error: error as Error }),
  );
});
