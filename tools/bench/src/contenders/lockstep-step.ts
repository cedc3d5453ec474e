import type { Contender } from '../benchmark-case.ts';
import { timed } from '../timing.ts';
import { openBackend, type Kernels } from './kernels.ts';
import { ownStep } from './own-step.ts';
import { lossAfterSteps, type TrainingWork } from './training-work.ts';

/** Forward, backward and SGD on one thread. @param leafRows rows of a leaf of the tree */
export const lockstepStep = (
  name: string,
  work: TrainingWork,
  { kernels, leafRows }: { readonly kernels: Kernels; readonly leafRows: number },
): Contender => ({
  name,
  open: async () => {
    const backend = await openBackend(kernels);
    const step = ownStep(backend, work, leafRows);
    const result = lossAfterSteps(step);
    const millisecondsPerStep = timed(step);
    return {
      result,
      detail: backend.description,
      measure: async () => ({ value: millisecondsPerStep() }),
    };
  },
});
