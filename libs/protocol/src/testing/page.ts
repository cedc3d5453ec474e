/** A table of a page in Markdown: its rows by the names of their columns, as plain text but for back quotes. */
export interface PageTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** The nearest line before it that is no row and not empty. */
  readonly lead: string;
}

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The tables of `page` below the heading `heading`, up to the next heading that is no deeper; all of them without one. */
export function tablesOf(page: string, heading?: string): readonly PageTable[] {
  const tables: PageTable[] = [];
  let lead = '';
  let rows: (readonly string[])[] = [];
  const finish = (): void => {
    const [columns, , ...body] = rows;
    if (columns !== undefined) {
      const named = body.map((cells) => Object.fromEntries(cells.map((cell, at) => [columns[at]!, cell])));
      tables.push({ columns, rows: named, lead });
    }
    rows = [];
  };
  for (const line of sectionOf(page, heading).split('\n')) {
    if (line.startsWith('|')) rows.push(cellsOf(line));
    else if (rows.length > 0) finish();
    if (!line.startsWith('|') && line !== '') lead = line;
  }
  finish();
  return tables;
}

/** What the page says below `heading`. */
export function sectionOf(page: string, heading?: string): string {
  if (heading === undefined) return page;
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`the page has no "${heading}"`);
  const depth = heading.indexOf(' ');
  const isNext = (line: string): boolean => /^#+ /.test(line) && line.indexOf(' ') <= depth;
  const length = lines.slice(start + 1).findIndex(isNext);
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** The one table below `heading` with a column of that name, or the one whose first column it is. */
export function tableWith(page: string, heading: string, column: string): PageTable {
  const found = tablesOf(page, heading).filter(({ columns }) => columns[0] === column);
  if (found.length !== 1) throw new Error(`${found.length} tables of "${column}" below "${heading}"`);
  return found[0]!;
}

/** What stands between back quotes. */
export const quotedIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
