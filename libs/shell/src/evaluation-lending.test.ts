import { decodeCoordinatorMessage, coordinatorMessageLimits, type EvaluateMessage } from '@lockstep/protocol';
import { runShapeOf } from '@lockstep/worker';
import { describe, expect, it } from 'vitest';
import { EvaluationJob } from './evaluation-job.ts';
import { EvaluationLending } from './evaluation-lending.ts';
import type { LentEvaluation } from './evaluations.ts';
import type { StepDispatch } from './step-dispatch.ts';
import { smallRun } from './testing/small-run.ts';
import type { WorkerConnection } from './worker-connection.ts';

describe('an evaluation that is lent', () => {
  it('takes no late answer of the one before it, though both are of one step and have as many parts', () => {
    const { run, config } = smallRun();
    const limits = coordinatorMessageLimits(runShapeOf(config));
    const asked: EvaluateMessage[] = [];
    const worker = {
      kind: 'process',
      channel: {
        isOpen: true,
        send: (frame: Uint8Array) =>
          void asked.push(decodeCoordinatorMessage(frame.slice(), limits) as EvaluateMessage),
      },
      expectAnswer: () => undefined,
    } as unknown as WorkerConnection;
    const lending = new EvaluationLending({
      ...{ term: 1, trainer: run.trainer, workers: () => [worker], now: () => 0 },
      dispatcher: { offerWeights: () => true } as unknown as StepDispatch,
    });
    const answered: string[] = [];
    const lent = (name: string): LentEvaluation => {
      const part = { rows: new Uint8Array(12), rowCount: 2, labels: new Uint8Array(2) };
      return {
        ...{ job: new EvaluationJob(2), step: 4, parts: [part, part] },
        answer: (index) => void answered.push(`${name} ${index}`),
      };
    };
    lending.lend(lent('first'));
    lending.lend(lent('second'));
    const answer = ({ term, step, part, rowCount }: EvaluateMessage): void =>
      lending.answered(worker, {
        ...{ type: 'evaluated', term, step, part, rowCount, computeMicros: 1 },
        outputs: new Float32Array(6),
      });
    expect(new Set(asked.map(({ part }) => part)).size).toBe(4);
    asked.forEach(answer);
    expect(answered).toEqual(['second 1', 'second 0']);
  });
});
