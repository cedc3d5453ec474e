import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LastResort } from '@lockstep/shell';
import { SpareCheckpoints } from '@lockstep/storage';

interface Surroundings {
  /** The run's. */
  readonly folder: string;
  warn(text: string): void;
  /** Resolves when the process is told to end. */
  readonly hurry: Promise<unknown>;
}

/** Where the last checkpoint of a run goes when its folder takes none: `--spare-out`, then the system's temporary folder. */
export function lastResortOf(spareOut: string | undefined, surroundings: Surroundings): LastResort {
  const { folder, warn, hurry } = surroundings;
  const run = basename(folder);
  const spares = [SpareCheckpoints.temporary(run)];
  if (spareOut !== undefined) {
    spares.unshift(SpareCheckpoints.below(spareOut, run));
    if (statSync(spareOut).dev === statSync(folder).dev) {
      warn(`--spare-out ${spareOut} lies on the same disk as ${folder}: when one is full, so is the other`);
    }
  }
  return { spares, sleep: (millis) => delay(millis), hurry };
}
