import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { SpareCheckpoints } from './spare-checkpoints.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const bytes = Uint8Array.of(1, 2, 3);

describe('SpareCheckpoints', () => {
  it('keeps a checkpoint in a folder of its run, made when it is needed, and replaces nothing there', async () => {
    const folder = join(temporaryFolder(), 'not', 'there', 'yet');
    const first = await SpareCheckpoints.below(folder, 'a-run').save(undefined, bytes);
    const second = await SpareCheckpoints.below(folder, 'a-run').save(300, Uint8Array.of(9));
    expect(first).toBe(join(folder, 'a-run', 'final.safetensors'));
    expect(second).toBe(join(folder, 'a-run-2', 'step-000300.safetensors'));
    expect([...readFileSync(first)]).toEqual([...bytes]);
    expect(readdirSync(folder).sort()).toEqual(['a-run', 'a-run-2']);
  });

  it('tries the same folder again', async () => {
    const folder = temporaryFolder();
    const spare = SpareCheckpoints.below(folder, 'a-run');
    expect(await spare.save(1, bytes)).toBe(join(folder, 'a-run', 'step-000001.safetensors'));
    expect(await spare.save(undefined, bytes)).toBe(join(folder, 'a-run', 'final.safetensors'));
  });

  it('says why nothing can be kept there, and finds the folder when it is allowed later', async () => {
    const folder = temporaryFolder();
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    const spare = SpareCheckpoints.below(blocked, 'a-run');
    await expect(spare.save(1, bytes)).rejects.toMatchObject({ code: 'write-failed' });
    rmSync(blocked);
    mkdirSync(blocked);
    expect(await spare.save(1, bytes)).toBe(join(blocked, 'a-run', 'step-000001.safetensors'));
  });

  it('is for this user alone in the temporary folder', async () => {
    const path = await SpareCheckpoints.temporary('a-run').save(undefined, bytes);
    expect(path.startsWith(join(tmpdir(), 'lockstep-a-run-'))).toBe(true);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    rmSync(dirname(path), { recursive: true });
  });
});
