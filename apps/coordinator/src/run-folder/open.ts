import { existsSync, renameSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import type { RunConfig } from '@lockstep/config';
import {
  datasetPlaceOf,
  nextTerm,
  removeStaleTemporaries,
  setAside,
  withDoubt,
  withStart,
  writeFileAtomically,
  writeRunRecord,
  type FileSystem,
  type Resumption,
  journalParts,
} from '@lockstep/storage';
import { version } from '../version.ts';
import type { Belonging } from './belonging.ts';
import { isSamePlace } from './choice.ts';
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
}

/**
 * Writes down in its folder that a run starts: from here on nothing is as it was.
 * @returns the term of this start
 * @throws {StorageError}
 */
export async function openRunFolder(setup: OpenFolderSetup): Promise<number> {
  const { folder, files, belonging, config, resumption, dataset, disagreedAt, now } = setup;
  await removeStaleTemporaries(folder, files);
  // Among the newest, which are kept, they would take the place of good ones.
  if (resumption !== undefined && isSamePlace(resumption.folder, folder)) {
    for (const file of resumption.damaged) await setAside(file, files);
  }
  if (belonging.replaces !== undefined) setJournalAside(folder, belonging.replaces);
  const term = await nextTerm(folder, resumption?.checkpoint.term ?? 0, files);
  const start = { began: now.toISOString(), term, step: resumption?.checkpoint.step ?? 0 };
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
