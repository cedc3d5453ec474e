import { totalmem } from 'node:os';
import { CommandError, EXIT, type RunConfig } from '@lockstep/config';
import { memoryLimit } from '@lockstep/process';
import { Trainer } from '@lockstep/shell';
import { InlineTeam } from '@lockstep/worker';

/** What any WebAssembly memory has at most: a run is for every worker, tabs among them. */
const WASM_BYTES = 2 ** 32;
const MIB = 2 ** 20;

/** Memory that a run may take. */
export interface MemoryBounds {
  /** Of this process. */
  readonly coordinatorBytes: number;
  /** Of one worker. */
  readonly workerBytes: number;
}

const boundsHere = (): MemoryBounds => ({
  coordinatorBytes: Math.min(memoryLimit()?.bytes ?? Infinity, totalmem()),
  workerBytes: WASM_BYTES,
});

/**
 * Refuses a run whose mini-batch does not fit into memory.
 * @throws {CommandError} exit 2, with the largest mini-batch that would fit
 */
export function refuseTooLarge(config: RunConfig, bounds: MemoryBounds = boundsHere()): void {
  const needs = needsOf(config);
  if (fits(needs, bounds)) return;
  const what =
    needs.coordinatorBytes > bounds.coordinatorBytes
      ? `this process would need ${mebibytes(needs.coordinatorBytes)} for its network, and there are ${mebibytes(bounds.coordinatorBytes)}`
      : `a worker would need ${mebibytes(needs.workerBytes)} for its network, and can have ${mebibytes(bounds.workerBytes)}`;
  const largest = largestThat(config.batchSize, (batchSize) =>
    fits(needsOf({ ...config, batchSize }), bounds),
  );
  throw new CommandError(
    EXIT.usage,
    `a mini-batch of ${config.batchSize} rows is too large: ${what}; ` +
      (largest === 0
        ? 'no mini-batch would fit: make its layers smaller'
        : `the largest that fits is --batch-size ${largest}`),
  );
}

/** What `config` takes of the memory of this process, and of a worker's. */
export const needsOf = (config: RunConfig): MemoryBounds => ({
  coordinatorBytes: Trainer.memoryBytes(config),
  workerBytes: InlineTeam.heapBytes(config),
});

const fits = (needs: MemoryBounds, bounds: MemoryBounds): boolean =>
  needs.coordinatorBytes <= bounds.coordinatorBytes && needs.workerBytes <= bounds.workerBytes;

/** The largest of 1 .. `most` that fits, where all below one that fits do; 0 where none does. */
function largestThat(most: number, isFitting: (count: number) => boolean): number {
  let [fitting, beyond] = [0, most + 1];
  while (beyond - fitting > 1) {
    const middle = Math.floor((fitting + beyond) / 2);
    if (isFitting(middle)) fitting = middle;
    else beyond = middle;
  }
  return fitting;
}

const mebibytes = (count: number): string => `${Math.ceil(count / MIB).toLocaleString('en-US')} MiB`;
