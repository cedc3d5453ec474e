import { CommandError, EXIT, type CoordinatorLaunch } from '@lockstep/config';

/**
 * Workers that take part at a time.
 * @throws {CommandError} exit 2 when there are fewer places than the run waits for
 */
export function mostWorkersOf({ options: { values, sources } }: CoordinatorLaunch): number {
  const { minWorkers, maxWorkers } = values;
  if (maxWorkers >= minWorkers) return maxWorkers;
  if (sources.maxWorkers === 'default') return minWorkers;
  throw new CommandError(
    EXIT.usage,
    `--min-workers ${minWorkers} would wait forever with --max-workers ${maxWorkers}: lower the one or raise the other`,
  );
}
