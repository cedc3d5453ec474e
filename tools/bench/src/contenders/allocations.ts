import type { Contender } from '../benchmark-case.ts';
import { usageOf } from '../probe/reading.ts';
import { trainProbed } from './probed-train.ts';

const KILOBYTE = 1024;

/**
 * What the processes of an app allocate a step, all threads together, apart from the messages they receive.
 * @param args of `lockstep train`
 */
export const allocations = (
  name: string,
  app: 'coordinator' | 'worker',
  args: readonly string[],
): Contender => ({
  name,
  open: async () => ({
    measure: async () => {
      const { finished, records } = await trainProbed('allocations', args);
      const { heapBytesPerStep, bufferBytesPerStep } = usageOf(app, records, finished.step);
      return {
        value: (heapBytesPerStep + bufferBytesPerStep) / KILOBYTE,
        extra: {
          'KB of objects': heapBytesPerStep / KILOBYTE,
          'KB of buffers': bufferBytesPerStep / KILOBYTE,
        },
      };
    },
  }),
});
