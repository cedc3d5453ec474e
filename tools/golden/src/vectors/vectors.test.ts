import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { vectorsText, VECTORS_FILE } from './vectors.ts';

describe('the vectors for other implementations', () => {
  it('are what this code computes (node tools/run.mjs golden/write-vectors writes them)', () => {
    expect(readFileSync(VECTORS_FILE, 'utf8') === vectorsText()).toBe(true);
  });
});
