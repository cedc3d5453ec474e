import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { parseJournal, type JournalEntry } from '@lockstep/journal';
import { journalParts } from '@lockstep/storage';
import { must, until } from './wait.ts';

/** Follows the journal that a coordinator writes, across its starts and from part to part. */
export class JournalTail {
  readonly entries: JournalEntry[] = [];
  readonly #folder: string;
  /** The file that was read last, by what stays the same when it is renamed, and how far. */
  #inode = 0;
  #offset = 0;
  #rest = '';

  /** @param folder the run's */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes what was written since the last look. */
  read(): readonly JournalEntry[] {
    for (const { path, inode } of this.#unread()) {
      const file = openSync(path, 'r');
      try {
        // Renamed since it was listed: the next look finds it under its other name.
        if (fstatSync(file).ino !== inode) break;
        if (inode !== this.#inode) this.#offset = 0;
        this.#inode = inode;
        this.#readOn(file);
      } finally {
        closeSync(file);
      }
      const end = this.#rest.lastIndexOf('\n') + 1;
      const { entries, badLines } = parseJournal(this.#rest.slice(0, end));
      must(badLines.length === 0, `the journal has ${badLines.length} lines that are none`);
      for (const entry of entries) this.entries.push(entry); // as arguments of one call they may be too many
      this.#rest = this.#rest.slice(end);
    }
    return this.entries;
  }

  /** The file that was read last and those after it. */
  #unread(): readonly { readonly path: string; readonly inode: number }[] {
    if (!existsSync(this.#folder)) return []; // not made yet
    const files = journalParts(this.#folder).flatMap(({ path }) => {
      const inode = statSync(path, { throwIfNoEntry: false })?.ino;
      return inode === undefined ? [] : [{ path, inode }];
    });
    const last = files.findIndex(({ inode }) => inode === this.#inode);
    must(last >= 0 || this.#inode === 0, 'a part of the journal was deleted before it was read');
    return files.slice(Math.max(last, 0));
  }

  #readOn(file: number): void {
    const chunk = Buffer.alloc(256 * 1024);
    for (;;) {
      const length = readSync(file, chunk, 0, chunk.length, this.#offset);
      if (length === 0) return;
      this.#offset += length;
      this.#rest += chunk.toString('utf8', 0, length);
    }
  }

  /** The first entry from index `from` on that `matches`, once it is there. */
  entry(
    what: string,
    matches: (entry: JournalEntry) => boolean,
    { from = 0, timeoutMs = 60_000 }: { readonly from?: number; readonly timeoutMs?: number } = {},
  ): Promise<JournalEntry> {
    let looked = from;
    return until(
      `${what} in the journal`,
      () => {
        const entries = this.read();
        for (; looked < entries.length; looked++) if (matches(entries[looked]!)) return entries[looked];
        const isOver = entries.some(({ type, reason }) => type === 'finished' && reason !== 'stopped');
        must(!isOver, `the run ended before ${what}`);
        return undefined;
      },
      timeoutMs,
    );
  }

  /** Resolves once `count` more steps are committed than the first `from` entries tell. */
  async steps(count: number, from = this.read().length, timeoutMs = 60_000): Promise<void> {
    let left = count;
    await this.entry(`${count} more steps`, ({ type }) => type === 'step-committed' && --left === 0, {
      from,
      timeoutMs,
    });
  }

  /** Committed steps that the journal tells of. */
  get commits(): number {
    return this.read().filter(({ type }) => type === 'step-committed').length;
  }
}

/** Microseconds of the coordinator's monotonic clock, since its start. */
export const timeOf = (entry: JournalEntry): number => Number(entry['at']);

/** Milliseconds from the first of two entries of one term to the second. */
export const millisBetween = (first: JournalEntry, second: JournalEntry): number =>
  (timeOf(second) - timeOf(first)) / 1000;

/** Milliseconds between consecutive commits among `entries`, which are of one term. */
export function stepMillis(entries: readonly JournalEntry[]): number[] {
  const times = entries.filter(({ type }) => type === 'step-committed').map(timeOf);
  return times.slice(1).map((time, index) => (time - times[index]!) / 1000);
}
