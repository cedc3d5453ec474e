import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusal } from './testing/refusal.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { assertWritable } from './writable.ts';

describe('assertWritable', () => {
  it('makes the folder and the folders above it, and leaves it empty', () => {
    const folder = join(temporaryFolder(), 'runs', 'first');
    assertWritable(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('accepts a folder with files in it and leaves them alone', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'config.json'), '{}');
    mkdirSync(join(folder, 'checkpoints'));
    assertWritable(folder);
    expect(readdirSync(folder)).toEqual(['checkpoints', 'config.json']);
  });

  it.runIf(process.platform === 'linux')('leaves no folder behind where nothing can be written', () => {
    const above = temporaryFolder();
    let folder = join(above, 'runs');
    // So deep that it can be made, and no file in it can be named.
    while (folder.length < 3860) folder = join(folder, 'f'.repeat(199));
    folder = join(folder, 'f'.repeat(4080 - folder.length));
    expect(() => assertWritable(folder)).toThrowError(refusal('not-writable', 'ENAMETOOLONG'));
    expect(readdirSync(above)).toEqual([]);
  });

  it('refuses a file, and a place below a file', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, 'kept');
    expect(() => assertWritable(file)).toThrowError(refusal('not-a-folder', file));
    expect(() => assertWritable(join(file, 'run'))).toThrowError(refusal('not-a-folder', file));
  });

  // A place that refuses even root, as a read-only mount does.
  it.runIf(existsSync('/proc/self/fd'))('refuses a folder where no file can be made', () => {
    expect(() => assertWritable('/proc/self/fd')).toThrowError(refusal('not-writable', '/proc/self/fd'));
    expect(() => assertWritable('/proc/self/fd/run')).toThrowError(refusal('not-writable', '/proc/self/fd'));
  });
});
