import type { CoordinatorLaunch } from '@lockstep/config';
import { coordinatorShortage, memoryLimit } from '@lockstep/process';
import type { Dataset } from '@lockstep/data';
import { Trainer } from '@lockstep/shell';

/**
 * What the run lacks of memory, for people; undefined where it has enough or nothing limits it.
 * @param trainer left out before the data are read, which may already be too much: then only what every run needs counts
 */
export function memoryShortage(
  { options, isLocal, workersHere }: CoordinatorLaunch,
  trainer?: Trainer,
): string | undefined {
  const { minWorkers, maxWorkers } = options.values;
  const workers = isLocal ? 0 : (workersHere?.workers ?? minWorkers);
  return coordinatorShortage(memoryLimit(), {
    use: {
      parameterCount: trainer?.layout.length ?? 0,
      stateBytes: trainer === undefined ? 0 : Trainer.stateBytes(trainer.config),
      trainBytes: bytesOf(trainer?.data.train),
      testBytes: bytesOf(trainer?.data.test),
      workers,
      ...(workersHere === undefined ? {} : { here: workersHere }),
    },
    maxWorkers: trainer === undefined ? workers : Math.max(workers, maxWorkers),
  });
}

const bytesOf = (data: Dataset | undefined): number =>
  data === undefined ? 0 : data.rows.byteLength + data.labels.byteLength;
