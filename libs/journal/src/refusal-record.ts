import { numberOf, textOf, type JournalEntry } from './entry.ts';

/** What a term's journal says of those who were turned away at the door. */
export class RefusalRecord {
  readonly #counts = new Map<string, number>();

  /** Takes a line about one kind of refusal; its count is that of the whole term so far. @returns what is wrong with it */
  refuse(entry: JournalEntry): string | undefined {
    const name = textOf(entry, 'name');
    const count = numberOf(entry, 'count');
    if (name === '' || !(numberOf(entry, 'code') > 0))
      return `somebody was refused without a name and a code`;
    if (textOf(entry, 'reason') === '') return `somebody was refused as ${name} without a reason`;
    const before = this.#counts.get(name) ?? 0;
    if (!(count > before)) return `${count} refusals as ${name} after ${before}`;
    this.#counts.set(name, count);
    return undefined;
  }

  /** Takes the line that sums a term up. @returns what it leaves out */
  sumUp(entry: JournalEntry): string | undefined {
    const totals = (entry['refusals'] ?? {}) as Readonly<Record<string, number>>;
    for (const [name, count] of this.#counts) {
      if (!((totals[name] ?? 0) >= count))
        return `${totals[name] ?? 0} refusals as ${name} in all, and ${count} before`;
    }
    return undefined;
  }
}
