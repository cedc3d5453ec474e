import type { WorkerConfig } from '@lockstep/config';
import type { BackendName } from '@lockstep/math';
import { summaryOf } from '@lockstep/nn';

/**
 * What one thread computes in about the time that it takes to wake others and to hear of them, some 0.2 to 0.5 ms. Without vectors a
 * mini-batch may take so long that heartbeats would wait for it.
 */
const QUICK_OPERATIONS: Readonly<Record<BackendName, number>> = {
  native: 40_000_000,
  wasm: 20_000_000,
  'wasm-scalar': 0,
  reference: 0,
};

/**
 * Whether a mini-batch of a run is computed so soon that giving it to other threads would take longer: then the thread of the socket had
 * better compute it itself, which keeps nothing waiting.
 */
export function isQuick({ model, batchSize, freeze }: WorkerConfig, backend: BackendName): boolean {
  const { stepOperations } = summaryOf(model, batchSize, new Set(freeze));
  return stepOperations * batchSize <= QUICK_OPERATIONS[backend];
}
