import type { Span } from '@lockstep/data';

/** One line of a run's journal: what happened, in which term, and whatever else the coordinator wrote down about it. */
export interface JournalEntry {
  readonly term: number;
  readonly type: string;
  readonly [fact: string]: unknown;
}

export interface ParsedJournal {
  readonly entries: readonly JournalEntry[];
  /** Numbers, from 1, of the lines that are no entry: torn by a crash of the machine, or damaged. */
  readonly badLines: readonly number[];
}

/** The entries of a journal file, in its order. */
export function parseJournal(text: string): ParsedJournal {
  const entries: JournalEntry[] = [];
  const badLines: number[] = [];
  text.split('\n').forEach((line, index) => {
    if (line === '') return;
    const entry = entryOf(line);
    if (entry === undefined) badLines.push(index + 1);
    else entries.push(entry);
  });
  return { entries, badLines };
}

function entryOf(line: string): JournalEntry | undefined {
  try {
    const value = JSON.parse(line) as Partial<JournalEntry> | null;
    const isEntry = typeof value?.term === 'number' && typeof value.type === 'string';
    return isEntry ? (value as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
}

/** The fact `name` when it is a number, else NaN, which is equal to nothing. */
export const numberOf = (entry: JournalEntry, name: string): number => {
  const value = entry[name];
  return typeof value === 'number' ? value : NaN;
};

/** The fact `name` when it is a text, else an empty one. */
export const textOf = (entry: JournalEntry, name: string): string => {
  const value = entry[name];
  return typeof value === 'string' ? value : '';
};

/** The entry's span; one that covers nothing when it has none. */
export function spanOf(entry: JournalEntry): Span {
  const span = entry['span'] as Partial<Span> | undefined;
  return { firstLeaf: span?.firstLeaf ?? NaN, leafCount: span?.leafCount ?? 0 };
}
