import type { WorkerConfig } from '@lockstep/config';
import { summaryOf } from '@lockstep/nn';

/**
 * What one thread computes in about the time that it takes to wake others and to hear of them, some 0.2 to 0.4 ms, with the fastest
 * kernels there are here.
 */
const QUICK_OPERATIONS = 40_000_000;

/**
 * Whether a mini-batch of a run is computed so soon that giving it to other threads would take longer: then the thread of the socket had
 * better compute it itself, which keeps nothing waiting.
 */
export function isQuick({ model, batchSize, freeze }: WorkerConfig): boolean {
  const { stepOperations } = summaryOf(model, batchSize, new Set(freeze));
  return stepOperations * batchSize <= QUICK_OPERATIONS;
}
