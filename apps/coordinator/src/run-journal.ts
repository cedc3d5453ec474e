import { join } from 'node:path';
import type { RunNotice } from '@lockstep/metrics';
import { Journal, JOURNAL_NAME, type JournalBound } from '@lockstep/storage';

export interface RunJournalSetup {
  readonly folder: string;
  readonly term: number;
  /** What it may take of the disk; 0 for no bound. */
  readonly megabytes: number;
  /** Throws once the folder is somebody else's. */
  assertMine(): void;
  /** Integer microseconds of a monotonic clock. */
  now(): number;
  notify(notice: RunNotice): void;
  /** Hears how many lines were lost so far. */
  onLoss(totalLines: number): void;
}

/** Opens the journal in a run's folder. @throws {StorageError} */
export function openRunJournal(setup: RunJournalSetup): Promise<Journal> {
  const { folder, megabytes, now, notify, onLoss, assertMine } = setup;
  let toldLines = 0;
  return Journal.open(join(folder, JOURNAL_NAME), {
    ...{ now, assertMine },
    ...(megabytes > 0 && { bound: boundOf(setup) }),
    onLoss: ({ error, lines, totalLines }) => {
      onLoss(totalLines);
      // Again only when it has become much worse: a full disk fails ten times a second.
      if (lines > 0 && totalLines < 10 * toldLines) return;
      toldLines = totalLines;
      const what = lines > 0 ? `${totalLines} lines of the journal are lost` : 'the journal';
      notify({ type: 'warning', text: `${what}: ${error.message}` });
    },
  });
}

function boundOf({ term, megabytes, notify }: RunJournalSetup): JournalBound {
  let hasTold = false;
  return {
    maxBytes: megabytes * 1_000_000,
    startOfPart: (part) => ({ term, type: 'part', part }),
    onTrim() {
      if (hasTold) return;
      hasTold = true;
      const kept = `the journal is longer than --journal-megabytes ${megabytes}`;
      notify({ type: 'warning', text: `${kept}: its first part and its newest ones are kept` });
    },
  };
}
