import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DIGESTS_FILE, digestsText } from './digests.ts';
import { vectorsText, VECTORS_FILE } from './vectors.ts';

describe('what is written for other implementations (node tools/run.mjs golden/write-vectors)', () => {
  it('are vectors that this code computes', () => {
    expect(readFileSync(VECTORS_FILE, 'utf8') === vectorsText()).toBe(true);
  });

  it('are the digests of what this code computes', () => {
    expect(readFileSync(DIGESTS_FILE, 'utf8')).toBe(digestsText());
  });
});
