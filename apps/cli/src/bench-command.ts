import { availableParallelism } from 'node:os';
import type { benchOptions, ExitCode, ValuesOf } from '@lockstep/config';
import { loadWorker } from './apps.ts';
import { assertPermitted } from './permitted.ts';

/** `lockstep bench`: how fast a worker would be here. */
export async function runBenchCommand(options: ValuesOf<typeof benchOptions>): Promise<ExitCode> {
  assertPermitted('bench', 'worker');
  const { runBench } = await loadWorker();
  return runBench({ ...options, threads: options.threads ?? availableParallelism() });
}
