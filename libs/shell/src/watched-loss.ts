import { LossWatch, type RunNotice } from '@lockstep/metrics';
import type { Trainer } from './trainer.ts';

/**
 * Warns of a training loss that does not fall, once.
 * @returns what to call with the loss of each committed step; it does nothing in a run that goes on, or begins with weights that were given:
 * they may have learned what there is
 */
export function watchedLoss(trainer: Trainer, notify: (notice: RunNotice) => void): (loss: number) => void {
  const { step, config } = trainer;
  if (step > 0 || config.initialWeights !== undefined) return () => undefined;
  const { totalSteps, schedule } = config;
  const watch = new LossWatch({ totalSteps, warmUpSteps: schedule?.warmUp?.steps ?? 0 });
  return (loss) => {
    const text = watch.onStep(trainer.step, loss);
    if (text !== undefined) notify({ type: 'warning', text });
  };
}
