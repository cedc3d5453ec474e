import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nextTerm } from './term.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

describe('nextTerm', () => {
  it('is higher at every start, and higher than the checkpoint it resumes from', async () => {
    const folder = temporaryFolder();
    expect(await nextTerm(folder, 0)).toBe(1);
    expect(await nextTerm(folder, 0)).toBe(2);
    expect(await nextTerm(folder, 7)).toBe(8);
    expect(readFileSync(join(folder, 'term'), 'utf8')).toBe('8\n');
  });

  it('starts over from the checkpoint when its file is damaged', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'term'), 'no number');
    expect(await nextTerm(folder, 3)).toBe(4);
  });
});
