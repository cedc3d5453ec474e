import { CommandError, EXIT, type ExitCode, type Resolved, type trainOptions } from '@lockstep/config';
import { loadCoordinator } from './apps.ts';
import { Supervisor } from './supervisor.ts';
import { tokenFromEnvironment } from './token.ts';

/** `lockstep train`: with workers, a coordinator and worker processes under supervision; without, one process and no sockets. */
export async function runTrain({ values, sources }: Resolved<typeof trainOptions>): Promise<ExitCode> {
  const { workers, ...coordinatorValues } = values;
  const { workers: _, ...coordinatorSources } = sources;
  if (workers > 0 && values.minWorkers > workers) {
    throw new CommandError(
      EXIT.usage,
      `--min-workers ${values.minWorkers} would wait forever for --workers ${workers}: lower the one or raise the other`,
    );
  }
  if (workers === 0 && sources.minWorkers !== 'default') {
    throw new CommandError(
      EXIT.usage,
      '--workers 0 trains without workers, so --min-workers says nothing: leave it out',
    );
  }
  const options = { values: coordinatorValues, sources: coordinatorSources };
  if (workers === 0) {
    const { runCoordinator, terminalTarget } = await loadCoordinator();
    return runCoordinator({ options, isLocal: true, isSupervised: true }, { target: terminalTarget() });
  }
  const launch = { options, isLocal: false, isSupervised: true, ...tokenFromEnvironment() };
  return new Supervisor({ launch, workerCount: workers }).run();
}
