import type { Contender } from '../benchmark-case.ts';
import { trainOnce } from './train-process.ts';

/**
 * `lockstep train` as a user runs it.
 * @param figure what is taken of its last line: the rate from start to end, or the median time of a step
 * @param args further arguments
 */
export const lockstepTrain = (
  name: string,
  figure: 'samplesPerSecond' | 'stepMillis',
  args: readonly string[],
): Contender => ({
  name,
  open: async () => ({
    measure: async () => {
      const finished = await trainOnce(args);
      return { value: finished[figure], result: finished.weightsSha256 };
    },
  }),
});
