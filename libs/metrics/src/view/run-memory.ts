import { parseRunConfig } from '@lockstep/config';
import type { EpochPoint, EventPicture, HistoryColumns, LivePicture, RunFacts } from './picture.ts';

/** Everything people watched of a run, as JSON that is kept beside it: some 100 kB, however long the run was. */
export interface RunMemory {
  readonly version: 1;
  /** When it was written, in milliseconds since the Unix epoch. */
  readonly savedAt: number;
  readonly facts: RunFacts;
  readonly history: HistoryColumns;
  /** Steps that a point of the history stands for. */
  readonly stride: number;
  readonly epochs: readonly EpochPoint[];
  readonly events: readonly EventPicture[];
  readonly live: LivePicture;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number');

/**
 * The memory that a text holds.
 * @throws {Error} saying what is wrong when it is none, or of another version of Lockstep
 */
export function parseRunMemory(text: string): RunMemory {
  const value: unknown = JSON.parse(text);
  if (!isObject(value) || value['version'] !== 1) throw new Error('it is of another version of Lockstep');
  const { savedAt, facts, history, stride, epochs, events, live } = value;
  const columns = isObject(history)
    ? ['steps', 'at', 'loss', 'rowsPerSecond'].map((name) => history[name])
    : [];
  const lengths = new Set(columns.map((column) => (isNumbers(column) ? column.length : -1)));
  const isWhole =
    isNumbers([savedAt, stride]) &&
    isObject(facts) &&
    lengths.size === 1 &&
    !lengths.has(-1) &&
    [epochs, events].every((list) => Array.isArray(list) && list.every(isObject)) &&
    isObject(live) &&
    Array.isArray(live['workers']);
  if (!isWhole) throw new Error('parts of it are missing');
  parseRunConfig(facts['config']);
  return value as unknown as RunMemory;
}
