import { availableParallelism, hostname } from 'node:os';
import type { ExitCode, ValuesOf, workerOptions } from '@lockstep/config';
import { loadWorker } from './apps.ts';
import { assertPermitted } from './permitted.ts';
import { workerTokenSettings } from './token.ts';

/** `lockstep worker URL`: a worker in this process. */
export async function runWorkerCommand(
  url: string,
  options: ValuesOf<typeof workerOptions>,
): Promise<ExitCode> {
  assertPermitted('worker', 'worker', 'net');
  const { runWorker } = await loadWorker();
  const cores = availableParallelism();
  const { backend, giveUpAfter, threads = cores, name = `${hostname()}-${process.pid}` } = options;
  const patience = giveUpAfter === undefined ? {} : { giveUpAfter };
  return runWorker({
    url,
    name,
    backend,
    threads,
    ...(threads === cores ? { firstCore: 0 } : {}),
    ...patience,
    isTalkative: true,
    ...workerTokenSettings(),
  });
}
