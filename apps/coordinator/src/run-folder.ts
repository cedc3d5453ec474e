import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { CommandError, EXIT, type RunConfig } from '@lockstep/config';
import {
  assertWritable,
  FINAL_CHECKPOINT_NAME,
  listCheckpoints,
  newRunRecord,
  readRunRecord,
  removeStaleTemporaries,
  withStart,
  writeFileAtomically,
  writeRunRecord,
  type DatasetPlace,
  type RunRecord,
} from '@lockstep/storage';
import { RUNS_FOLDER } from './resume.ts';
import { version } from './version.ts';

const CONFIG_NAME = 'config.json';

/**
 * Makes the folder of a run ready, before any training, and writes its configuration there.
 * @param folder `--out`, or the folder of the checkpoint the run goes on from; undefined for a new one below runs/
 * @throws {CommandError} exit 2 when the folder holds another run @throws {StorageError} when it cannot be written
 */
export async function openRunFolder(
  folder: string | undefined,
  config: RunConfig,
  { isResumed, now }: { readonly isResumed: boolean; readonly now: Date },
): Promise<string> {
  const path = folder ?? newRunFolder(config.dataset.name, now);
  assertWritable(path);
  const holdsRun = existsSync(join(path, FINAL_CHECKPOINT_NAME)) || listCheckpoints(path).length > 0;
  if (holdsRun && !isResumed) {
    throw new CommandError(
      EXIT.usage,
      `${path} holds the checkpoints of a run already: go on with it by --resume auto, or give another --out`,
    );
  }
  await removeStaleTemporaries(path);
  const text = JSON.stringify(config, null, 2) + '\n';
  await writeFileAtomically(join(path, CONFIG_NAME), new TextEncoder().encode(text));
  return path;
}

interface StartFacts {
  readonly term: number;
  readonly step: number;
  readonly now: Date;
  /** Where its data was found this time. */
  readonly dataset: DatasetPlace;
}

/**
 * Writes down that a coordinator starts in `folder`, and which run it belongs to.
 * @param run the identity of the run it goes on with, where its checkpoint knows one
 * @throws {StorageError}
 */
export async function recordStart(
  folder: string,
  run: string | undefined,
  { term, step, now, dataset }: StartFacts,
): Promise<RunRecord> {
  const record = withStart(readRunRecord(folder) ?? newRunRecord(run), {
    ...{ began: now.toISOString(), term, step },
    ...{ host: hostname(), pid: process.pid, version },
  });
  const whole = { ...record, dataset };
  await writeRunRecord(folder, whole);
  return whole;
}

/** runs/20261124-093005-mnist, with a number behind it when two runs start within a second. */
function newRunFolder(datasetName: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const name = basename(datasetName).replace(/[^\w.-]/g, '_');
  const path = join(RUNS_FOLDER, `${stamp}-${name}`);
  for (let count = 2, candidate = path; ; candidate = `${path}-${count++}`) {
    if (!existsSync(candidate)) return candidate;
  }
}
