import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderCheckpoints } from './folder-checkpoints.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

describe('FolderCheckpoints', () => {
  it('keeps the newest of a run, and the final one beside them', async () => {
    const folder = temporaryFolder();
    const checkpoints = new FolderCheckpoints(folder, undefined, 2);
    for (let step = 1; step <= 5; step++) await checkpoints.save(step * 10, Uint8Array.of(step));
    const final = await checkpoints.save(undefined, Uint8Array.of(9));
    expect(final).toBe(join(folder, 'final.safetensors'));
    expect(readdirSync(folder).sort()).toEqual([
      'final.safetensors',
      'step-000040.safetensors',
      'step-000050.safetensors',
    ]);
    expect([...readFileSync(join(folder, 'step-000050.safetensors'))]).toEqual([5]);
  });
});
