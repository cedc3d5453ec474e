import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeCheckpoint } from '@lockstep/checkpoint';
import type { RunConfig } from '@lockstep/config';
import { madeUpConfig } from '@lockstep/config/testing';
import { initialWeights, layoutOf } from '@lockstep/nn';

/** A run of 9 weights. */
export const tinyConfig = madeUpConfig({
  sizes: [2, 3],
  dataset: { trainRows: 40 },
  batchSize: 4,
  leafRows: 2,
});

/** Identities of two runs. */
export const [RUN, OTHER_RUN] = ['a'.repeat(32), 'b'.repeat(32)] as const;

export interface MadeUpCheckpoint {
  readonly step: number;
  readonly term?: number;
  /** Undefined: written by a version that gave runs no identity. */
  readonly run?: string | undefined;
  readonly config?: RunConfig;
}

/** The bytes of a checkpoint whose weights are those of the beginning. */
export function madeUpCheckpoint({ step, term = 2, run, config = tinyConfig }: MadeUpCheckpoint): Uint8Array {
  const { slots, length } = layoutOf(config.model);
  const weights = new Float32Array(length);
  initialWeights(config.model, config.seed, weights);
  const owner = run === undefined ? {} : { run };
  return encodeCheckpoint({ weights, slots, step, term, reason: 'interval', ...owner, config });
}

/** Puts such a checkpoint under `name` in `folder`. @returns its path */
export function putCheckpoint(folder: string, name: string, checkpoint: MadeUpCheckpoint): string {
  const path = join(folder, name);
  writeFileSync(path, madeUpCheckpoint(checkpoint));
  return path;
}
