import { referenceBackend } from '@lockstep/math';
import { evaluationRowsOf, InlineEvaluator, Run, trainLocally, Trainer, type RunEnd } from '@lockstep/shell';
import type { Scenario } from './scenario.ts';

/** How the run of a scenario ends in a single process, with nobody to disturb it. */
export function trainAlone({ config, data }: Scenario): Promise<RunEnd> {
  const run = new Run({
    trainer: new Trainer(config, data, referenceBackend),
    evaluator: new InlineEvaluator(referenceBackend, { config, ...evaluationRowsOf(data) }),
    checkpoints: { place: 'nowhere', save: () => Promise.resolve('nowhere') },
    term: 1,
    notify: () => undefined,
    now: () => 0,
  });
  return trainLocally(run, {
    stopReason: () => undefined,
    now: () => 0,
    checkpointEvery: 0,
    yieldTurn: () => Promise.resolve(),
  });
}
