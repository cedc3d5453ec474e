import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Has each test of a file run in an empty folder of its own, as its working directory. */
export function useTemporaryFolder(): void {
  let before: string;
  let folder: string;
  beforeEach(() => {
    before = process.cwd();
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'lockstep-run-folder-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
}
