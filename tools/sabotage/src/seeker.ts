/** Simulates seeds with the product it was built with, until one fails. */
import type { RunEnd } from '@lockstep/shell';
import { simulateSeed, type FaultKind } from '@lockstep/simulation';

/** A seed with the faults that are to happen, and how a sound single process ends its run. */
interface Task {
  readonly seed: number;
  readonly expected: RunEnd;
  readonly only?: readonly FaultKind[];
}

process.once('message', (tasks: readonly Task[]) => void seek(tasks));

async function seek(tasks: readonly Task[]): Promise<void> {
  for (const { seed, ...options } of tasks) {
    const { failures } = await simulateSeed(seed, options);
    if (failures.length > 0) return tell({ seed, failure: failures[0] });
  }
  tell({});
}

function tell(found: object): void {
  process.send!(found, () => process.disconnect());
}
