import { closeSync, openSync, readSync } from 'node:fs';
import { parseJournal, type JournalEntry } from '@lockstep/journal';
import { must, until } from './wait.ts';

/** Follows the journal that a coordinator writes, across its starts. */
export class JournalTail {
  readonly path: string;
  readonly entries: JournalEntry[] = [];
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.path = path;
  }

  /** Takes what was written since the last look. */
  read(): readonly JournalEntry[] {
    let file: number;
    try {
      file = openSync(this.path, 'r');
    } catch {
      return this.entries; // not made yet
    }
    const chunk = Buffer.alloc(256 * 1024);
    for (;;) {
      const length = readSync(file, chunk, 0, chunk.length, this.#offset);
      if (length === 0) break;
      this.#offset += length;
      this.#rest += chunk.toString('utf8', 0, length);
    }
    closeSync(file);
    const end = this.#rest.lastIndexOf('\n') + 1;
    const { entries, badLines } = parseJournal(this.#rest.slice(0, end));
    must(badLines.length === 0, `the journal has ${badLines.length} lines that are none`);
    for (const entry of entries) this.entries.push(entry); // as arguments of one call they may be too many
    this.#rest = this.#rest.slice(end);
    return this.entries;
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
