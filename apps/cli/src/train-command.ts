import { availableParallelism } from 'node:os';
import { CommandError, EXIT, type ExitCode, type Resolved, type trainOptions } from '@lockstep/config';
import { loadCoordinator } from './apps.ts';
import { assertPermitted } from './permitted.ts';
import { Supervisor } from './supervisor.ts';
import { tokensFromEnvironment } from './token.ts';

/** `lockstep train`: with workers, a coordinator and worker processes under supervision; without, one process and no sockets. */
export async function runTrain({ values, sources }: Resolved<typeof trainOptions>): Promise<ExitCode> {
  const { workers, threads, ...coordinatorValues } = values;
  const { workers: _workers, threads: _threads, ...coordinatorSources } = sources;
  if (workers > 0) assertPermitted('train', 'fsync', 'child', 'worker', 'net');
  else assertPermitted('train', 'fsync', 'worker');
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
  if (workers === 0 && sources.threads !== 'default') {
    throw new CommandError(
      EXIT.usage,
      '--workers 0 computes in one thread of one process, so --threads says nothing: leave it out, or use --workers 1',
    );
  }
  const options = { values: coordinatorValues, sources: coordinatorSources };
  // A dry run starts nobody, and needs no port.
  if (workers === 0 || values.dryRun) {
    const { runCoordinator, terminalTarget } = await loadCoordinator();
    return runCoordinator({ options, isLocal: true, isSupervised: true }, { target: terminalTarget() });
  }
  const threadsEach = threads ?? coresEach(workers);
  const launch = {
    ...{ options, isLocal: false, isSupervised: true, ...tokensFromEnvironment() },
    workersHere: { workers, threads: threadsEach },
  };
  return new Supervisor({ launch, workerCount: workers, threads: threadsEach }).run();
}

/** Threads a worker gets when nobody says: its share of this machine's cores. */
const coresEach = (workers: number): number => Math.max(1, Math.floor(availableParallelism() / workers));
