import { readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The part of a journal that is being written. */
export const JOURNAL_NAME = 'journal.ndjson';
/** Parts that are full, in the order of their numbers, from 1. */
const FULL_PART = /^journal\.(\d{6,15})\.ndjson$/;

/** A file of a journal that is kept in parts. */
export interface JournalPart {
  readonly path: string;
  readonly part: number;
}

/** Where the full part of that number lies. */
export const fullPartPath = (folder: string, part: number): string =>
  join(folder, `journal.${String(part).padStart(6, '0')}.ndjson`);

/** The full parts of the journal in `folder`, the oldest first; numbers are missing where parts were deleted. */
export function fullJournalParts(folder: string): readonly JournalPart[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const part = Number(FULL_PART.exec(name)?.[1] ?? NaN);
      return Number.isNaN(part) ? [] : [{ path: join(folder, name), part }];
    })
    .sort((a, b) => a.part - b.part);
}

/** Every part of the journal in `folder`, the oldest first and the one being written last. */
export function journalParts(folder: string): readonly JournalPart[] {
  const full = fullJournalParts(folder);
  return [...full, { path: join(folder, JOURNAL_NAME), part: (full.at(-1)?.part ?? 0) + 1 }];
}

/**
 * Deletes full parts until those left hold at most `mostBytes`: the second, the third and so on, since a run is understood from its
 * beginning and its end; the first goes last.
 * @returns bytes deleted
 */
export async function trimJournal(folder: string, mostBytes: number): Promise<number> {
  const parts = fullJournalParts(folder).map(({ path }) => ({ path, bytes: statSync(path).size }));
  let held = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  let deleted = 0;
  const [first, ...later] = parts;
  for (const { path, bytes } of first === undefined ? [] : [...later, first]) {
    if (held <= mostBytes) break;
    await rm(path, { force: true });
    held -= bytes;
    deleted += bytes;
  }
  return deleted;
}
