import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const rootFolder = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(rootFolder, file), 'utf8');

/** The rows of the page's tables but the one of names, cell by cell. */
const rows = read('docs/coming-from.md')
  .split('\n## ')
  .filter((section) => !section.startsWith('Names'))
  .flatMap((section) => section.split('\n').filter((line) => /^\| (?!what |-)/.test(line)))
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | *\|$/g, '').trim()));

/** What a test is called, in either kind of quotes. */
const titlesOf = (source: string): readonly string[] =>
  [...source.matchAll(/(?<quote>['"])(?<title>(?:(?!\k<quote>).)+)\k<quote>/g)].map(
    ({ groups }) => groups!['title']!,
  );

describe('docs/coming-from.md', () => {
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(40);
  });

  it.each(rows.map((row) => [row[0]!, row.at(-1)!] as const))(
    'names a test that there is: %s',
    (_what, cell) => {
      const { file, title } = /^`(?<file>[^`]+\.test\.ts)`: "(?<title>.+)"$/.exec(cell)?.groups ?? {};
      expect(file, cell).toBeDefined();
      expect(titlesOf(read(file!))).toContain(title);
    },
  );
});
