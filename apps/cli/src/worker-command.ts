import { availableParallelism, hostname } from 'node:os';
import type { ExitCode, ValuesOf, workerOptions } from '@lockstep/config';
import { loadWorker } from './apps.ts';
import { tokenFromEnvironment } from './token.ts';

/** `lockstep worker URL`: a worker in this process. */
export async function runWorkerCommand(
  url: string,
  options: ValuesOf<typeof workerOptions>,
): Promise<ExitCode> {
  const { runWorker } = await loadWorker();
  const {
    backend,
    giveUpAfter,
    threads = availableParallelism(),
    name = `${hostname()}-${process.pid}`,
  } = options;
  const patience = giveUpAfter === undefined ? {} : { giveUpAfter };
  return runWorker({
    url,
    name,
    backend,
    threads,
    ...patience,
    isTalkative: true,
    ...tokenFromEnvironment(),
  });
}
