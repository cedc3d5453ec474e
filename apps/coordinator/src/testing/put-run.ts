import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeCheckpoint } from '@lockstep/checkpoint';
import { madeUpConfig } from '@lockstep/config/testing';
import { initialWeights, layoutOf } from '@lockstep/nn';
import { newRunRecord, withStart, writeRunRecord, type RunStart } from '@lockstep/storage';

/** Identities of two runs. */
export const [RUN, OTHER] = ['a'.repeat(32), 'b'.repeat(32)] as const;

/** The configuration of every run here. */
export const config = madeUpConfig();

/** A start of a coordinator. */
export const started = (began: string, term = 1): RunStart => ({
  ...{ began, term, step: 0, host: 'here', pid: 1, version: '0.1.0' },
});

/** Puts a checkpoint there, and makes the folder where it is not. */
export function putCheckpoint(path: string, step: number, run?: string, disagreedAt?: number): string {
  const { slots, length } = layoutOf(config.model);
  const weights = new Float32Array(length);
  initialWeights(config.model, config.seed, weights);
  const owner = run === undefined ? {} : { run };
  const doubt = disagreedAt === undefined ? {} : { disagreedAt };
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(
    path,
    encodeCheckpoint({ weights, slots, step, term: 1, reason: 'interval', ...owner, ...doubt, config }),
  );
  return path;
}

/** A run's folder as a coordinator leaves it. */
export async function putRun(
  path: string,
  { run, began, steps }: { run: string; began: string; steps: readonly number[] },
): Promise<void> {
  mkdirSync(path, { recursive: true });
  await writeRunRecord(path, withStart(newRunRecord(run), started(began)));
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  for (const step of steps)
    putCheckpoint(join(path, `step-${String(step).padStart(6, '0')}.safetensors`), step, run);
}
