import { existsSync, renameSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import type { RunConfig } from '@lockstep/config';
import {
  datasetPlaceOf,
  nextTerm,
  RUN_RECORD_NAME,
  removeOldSuperseded,
  removeStaleTemporaries,
  setAside,
  TERM_NAME,
  withDoubt,
  withStart,
  writeFileAtomically,
  writeRunRecord,
  type FileSystem,
  type Resumption,
  journalParts,
} from '@lockstep/storage';
import { version } from '../version.ts';
import { allOrAsBefore } from './all-or-as-before.ts';
import type { Belonging } from './belonging.ts';
import { isSamePlace } from './choice.ts';
import { setLaterAside } from './later-checkpoints.ts';
import { CONFIG_NAME } from './names.ts';

export interface OpenFolderSetup {
  readonly folder: string;
  readonly files: FileSystem;
  readonly belonging: Belonging;
  readonly config: RunConfig;
  readonly resumption: Resumption | undefined;
  /** Where its data was found this time. */
  readonly dataset: string;
  /** The first step that it follows from in which two computations gave different bits. */
  readonly disagreedAt?: number | undefined;
  readonly now: Date;
  /** Hears what was taken out of the way. */
  say(text: string): void;
}

/**
 * Writes down in its folder that a run starts: from here on nothing is as it was. Where that cannot be written, nothing of it stays.
 * @returns the term of this start
 * @throws {StorageError}
 */
export async function openRunFolder(setup: OpenFolderSetup): Promise<number> {
  const { folder, files, belonging, resumption, say } = setup;
  await removeStaleTemporaries(folder, files);
  // Among the newest, which are kept, they would take the place of good ones.
  if (resumption !== undefined && isSamePlace(resumption.folder, folder)) {
    for (const file of resumption.damaged) await setAside(file, 'damaged', files);
  }
  const step = resumption?.checkpoint.step ?? 0;
  const { disagreedAt } = belonging.record;
  const putBack = await setLaterAside({ folder, files, step, disagreedAt, say });
  if (belonging.replaces !== undefined) setJournalAside(folder, belonging.replaces);
  const records = [TERM_NAME, RUN_RECORD_NAME, CONFIG_NAME].map((name) => join(folder, name));
  try {
    const term = await allOrAsBefore(records, files, () => writeStart(setup, step));
    await forgetSuperseded(setup);
    return term;
  } catch (error) {
    await putBack();
    throw error;
  }
}

/** Where a run goes back again and again, what it set aside long ago would fill the disk. Never rejects: nothing depends on it. */
async function forgetSuperseded({ folder, files, belonging, say }: OpenFolderSetup): Promise<void> {
  try {
    for (const path of await removeOldSuperseded(folder, belonging.record.run, files))
      say(`removed ${path}: the run went back three times since it was set aside`);
  } catch (error) {
    say(`checkpoints that were set aside long ago stay in ${folder}: ${(error as Error).message}`);
  }
}

async function writeStart(
  { folder, files, belonging, config, resumption, dataset, disagreedAt, now }: OpenFolderSetup,
  step: number,
): Promise<number> {
  const term = await nextTerm(folder, resumption?.checkpoint.term ?? 0, files);
  const start = { began: now.toISOString(), term, step };
  const place = { host: hostname(), pid: process.pid, version };
  const record = withStart(withDoubt(belonging.record, disagreedAt), { ...start, ...place });
  await writeRunRecord(folder, { ...record, dataset: datasetPlaceOf(dataset, folder) }, files);
  const text = JSON.stringify(config, null, 2) + '\n';
  await writeFileAtomically(join(folder, CONFIG_NAME), new TextEncoder().encode(text), files);
  return term;
}

function setJournalAside(folder: string, run: string): void {
  for (const { path } of journalParts(folder)) {
    const aside = basename(path).replace('journal', `journal-of-run-${run}`);
    if (existsSync(path)) renameSync(path, join(folder, aside));
  }
}
