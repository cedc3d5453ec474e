import type { Contender, Measurement } from '../benchmark-case.ts';
import { usageOf } from '../probe/reading.ts';
import { startCoordinator } from './coordinator-process.ts';
import { InstantWorker } from './instant-worker.ts';
import { probeEnvironment, readRecords } from './probed-train.ts';
import { inTemporaryFolder } from './train-process.ts';

const MEGABYTE = 1e6;
/** Contributions of one measurement, over all workers: enough steps for a steady part, however many workers there are. */
const CONTRIBUTIONS = 500;
const LEAST_STEPS = 12;

/** Title of the figure that says how much moves in a step, in and out. */
export const MEGABYTES = 'MB moved';

/**
 * A step of the real coordinator with `count` workers that compute nothing, all of them in this one process.
 * @param args of `lockstep coordinator`
 */
export const instantWorkers = (name: string, count: number, args: readonly string[]): Contender => ({
  name,
  open: async () => ({ measure: () => measureSteps(count, args) }),
});

const measureSteps = (count: number, args: readonly string[]): Promise<Measurement> =>
  inTemporaryFolder(async (folder) => {
    const steps = Math.max(LEAST_STEPS, Math.round(CONTRIBUTIONS / count));
    const all = [...args, '--min-workers', String(count), '--max-steps', String(steps)];
    const coordinator = await startCoordinator(folder, all, probeEnvironment('usage', folder));
    for (let worker = 1; worker <= count; worker++) {
      await InstantWorker.join(coordinator.workerUrl, `instant-${worker}`);
    }
    const finished = await coordinator.finished();
    const usage = usageOf('coordinator', await readRecords(folder), finished.step);
    return {
      value: finished.stepMillis,
      extra: {
        [MEGABYTES]: (usage.bytesInPerStep + usage.bytesOutPerStep) / MEGABYTE,
        'peak MB': usage.peakBytes / MEGABYTE,
      },
    };
  });
