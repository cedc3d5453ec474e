import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tokenSource } from './token-source.ts';

const [FIRST, SECOND] = ['a'.repeat(16), 'b'.repeat(16)];

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-token-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'token');
}

describe('the token of a worker', () => {
  it('is what its file holds each time it is shown, also where the file comes later', () => {
    const tokenFile = temporaryFile();
    const token = tokenSource({ tokenFile }, () => undefined);
    expect(token()).toBeUndefined();
    for (const written of [FIRST, SECOND]) {
      writeFileSync(tokenFile, `${written}\r\n`);
      expect(token()).toBe(written);
    }
  });

  it('is the one that was given, whatever a file holds', () => {
    const tokenFile = temporaryFile();
    writeFileSync(tokenFile, SECOND);
    expect(tokenSource({ token: FIRST, tokenFile }, () => undefined)()).toBe(FIRST);
    expect(tokenSource({}, () => undefined)()).toBeUndefined();
  });

  it('is refused at the start where the file holds none, and later is the last one, which is said once', () => {
    const tokenFile = temporaryFile();
    writeFileSync(tokenFile, 'short');
    expect(() => tokenSource({ tokenFile }, () => undefined)).toThrow(/^the file .* has 5 characters/);
    writeFileSync(tokenFile, FIRST);
    const said: string[] = [];
    const token = tokenSource({ tokenFile }, (text) => said.push(text));
    writeFileSync(tokenFile, 'short');
    expect([token(), token()]).toEqual([FIRST, FIRST]);
    expect(said).toEqual([expect.stringContaining('has 5 characters')]);
  });
});
