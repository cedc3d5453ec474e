import { smallDataset } from '@lockstep/storage/testing';
import { startCoordinator, type CoordinatorProcess } from './coordinator-process.ts';
import { InstantWorker, Pace } from './instant-worker.ts';

/** A step every 20 ms, of a network and a mini-batch so small that a coordinator on a busy core keeps up. */
export const STEP_MILLIS = 20;
const NETWORK = ['--hidden', 'none', '--batch-size', '16', '--leaf-rows', '1', '--lr', '0.001'];

/** A run with many workers, all of them in this process, that compute nothing. */
export interface ManyWorkers {
  readonly coordinator: CoordinatorProcess;
  readonly pace: Pace;
}

/** Until the coordinator is killed. @param env of the coordinator */
export async function startManyWorkers(
  folder: string,
  { count, env }: { readonly count: number; readonly env?: NodeJS.ProcessEnv },
): Promise<ManyWorkers> {
  const size = ['--min-workers', String(count), '--max-steps', '1000000', '--checkpoint-every', '0'];
  const args = ['--dataset', smallDataset(folder), ...NETWORK, ...size];
  const coordinator = await startCoordinator(folder, args, env);
  const pace = new Pace(STEP_MILLIS);
  for (let worker = 1; worker <= count; worker++) {
    await InstantWorker.join(coordinator.workerUrl, `worker-${worker}`, pace);
  }
  return { coordinator, pace };
}
