import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@lockstep/storage';

const NAME = 'ended.json';

/** What is answered to whoever asks after the end of a run. */
export interface Ended {
  readonly reason: 'completed' | 'diverged';
  /** Committed steps. */
  readonly step: number;
  /** 64 hex digits. */
  readonly weightsSha256: string;
}

/** Leaves the answer in the run's folder. @throws {StorageError} */
export async function writeEnded(folder: string, ended: Ended): Promise<void> {
  const text = JSON.stringify({ version: 1, ...ended, at: new Date().toISOString() }, null, 2) + '\n';
  await writeFileAtomically(join(folder, NAME), new TextEncoder().encode(text));
}

/** The run goes on: it has not ended. */
export const removeEnded = (folder: string): Promise<void> => rm(join(folder, NAME), { force: true });

/** The answer that the run's last coordinator left; undefined where it left none that can be read. */
export function readEnded(folder: string): Ended | undefined {
  try {
    return endedOf(JSON.parse(readFileSync(join(folder, NAME), 'utf8')));
  } catch {
    return undefined;
  }
}

function endedOf(value: unknown): Ended | undefined {
  const { version, reason, step, weightsSha256 } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const isWhole =
    version === 1 &&
    Number.isSafeInteger(step) &&
    typeof weightsSha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(weightsSha256);
  if (!isWhole || (reason !== 'completed' && reason !== 'diverged')) return undefined;
  return { reason, step: step as number, weightsSha256 };
}
