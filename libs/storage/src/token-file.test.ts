import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readTokenFile, writeTokenFile } from './token-file.ts';

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-token-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'token');
}

describe('a file with a token', () => {
  it('gives what was written, to its owner alone', async () => {
    const file = temporaryFile();
    expect(readTokenFile(file)).toBeUndefined();
    await writeTokenFile(file, 'a'.repeat(32));
    expect(readTokenFile(file)).toBe('a'.repeat(32));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await writeTokenFile(file, 'b'.repeat(32));
    expect(readTokenFile(file)).toBe('b'.repeat(32));
  });

  it.each([
    ['a line end', `${'a'.repeat(16)}\n`],
    ["another system's line end", `${'a'.repeat(16)}\r\n`],
    ['a byte-order mark', `\ufeff${'a'.repeat(16)}\n`],
  ])('may have %s', (_, text) => {
    const file = temporaryFile();
    writeFileSync(file, text);
    expect(readTokenFile(file)).toBe('a'.repeat(16));
  });

  it('that holds nothing is as none', () => {
    const file = temporaryFile();
    writeFileSync(file, ' \n');
    expect(readTokenFile(file)).toBeUndefined();
  });

  it('that holds the token already is left alone, also where nothing can be written', async () => {
    const file = temporaryFile();
    writeFileSync(file, 'a'.repeat(16));
    const { ino } = statSync(file);
    chmodSync(file, 0o444);
    await writeTokenFile(file, 'a'.repeat(16));
    expect(statSync(file).ino).toBe(ino);
    expect(readFileSync(file, 'utf8')).toBe('a'.repeat(16));
  });

  it('that cannot be read says so', () => {
    const file = temporaryFile();
    mkdirSync(file);
    expect(() => readTokenFile(file)).toThrow(/read-failed: the token in .* cannot be read \(EISDIR\)/);
  });
});
