import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEnd } from '@lockstep/shell';
import { nodeFiles, writeFileAtomically, type FileSystem } from '@lockstep/storage';

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
export async function writeEnded(folder: string, ended: Ended, files: FileSystem = nodeFiles): Promise<void> {
  const text = JSON.stringify({ version: 1, ...ended, at: new Date().toISOString() }, null, 2) + '\n';
  await writeFileAtomically(join(folder, NAME), new TextEncoder().encode(text), files);
}

/** Leaves how the run ended, unless it may go on. Never rejects: what is trained does not depend on it. */
export async function leaveEnded(
  folder: string,
  { type, step, weightsSha256 }: RunEnd,
  files: FileSystem,
  warn: (text: string) => void,
): Promise<void> {
  if (type === 'stopped') return;
  await writeEnded(folder, { reason: type, step, weightsSha256 }, files).catch((error: unknown) =>
    warn(`what late workers are to be answered is not kept: ${(error as Error).message}`),
  );
}

/** The run goes on: it has not ended. */
export const removeEnded = (folder: string, files: FileSystem = nodeFiles): Promise<void> =>
  files.remove(join(folder, NAME));

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
