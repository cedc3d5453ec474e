import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** One time that a row was run. */
export interface RowRecord {
  readonly row: string;
  /** The commit it ran on; `+` behind it when files were changed since. */
  readonly commit: string;
  readonly isPassed: boolean;
  /** Figures, or what went wrong. */
  readonly text: string;
  readonly seconds: number;
}

/** What rows did, line after line, across calls. */
export class Records {
  readonly #path: string;
  readonly all: RowRecord[];

  constructor(path: string) {
    this.#path = path;
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    this.all = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as RowRecord);
  }

  add(record: RowRecord): void {
    this.all.push(record);
    appendFileSync(this.#path, `${JSON.stringify(record)}\n`);
  }

  of(row: string, commit: string): readonly RowRecord[] {
    return this.all.filter((record) => record.row === row && record.commit === commit);
  }

  /** A line a row: how often it passed on `commit`, and what went wrong. */
  status(rows: readonly string[], commit: string): string[] {
    return rows.map((row) => {
      const records = this.of(row, commit);
      const failures = records.filter(({ isPassed }) => !isPassed);
      const passed = records.length - failures.length;
      const why = failures.length === 0 ? '' : `; failed: ${failures.map(({ text }) => text).join(' | ')}`;
      return `${row}  ${passed} of ${records.length} passed on ${commit}${why}`;
    });
  }
}
