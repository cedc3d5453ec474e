import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Journal, type JournalLoss, type JournalOptions } from './journal.ts';
import { StorageError } from './storage-error.ts';
import { refusal } from './testing/refusal.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

interface Opened {
  readonly journal: Journal;
  readonly path: string;
  readonly losses: JournalLoss[];
}

async function openIn(folder: string, options: Partial<JournalOptions> = {}): Promise<Opened> {
  const path = join(folder, 'journal.ndjson');
  const losses: JournalLoss[] = [];
  const journal = await Journal.open(path, { ...options, onLoss: (loss) => losses.push(loss) });
  onTestFinished(() => journal.close());
  return { journal, path, losses };
}

const linesOf = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);

/** What all open files share, to let one of their writes fail. */
async function fileHandlePrototype(folder: string): Promise<FileHandle> {
  const handle = await open(join(folder, 'any'), 'w');
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });

/** Lets the next write put down only the first `bytes` bytes before the disk is full. */
async function tearNextWrite(folder: string, bytes: number): Promise<void> {
  const spy = vi.spyOn(await fileHandlePrototype(folder), 'writeFile').mockImplementationOnce(async function (
    this: FileHandle,
    data,
  ) {
    await this.write((data as Buffer).subarray(0, bytes));
    throw full;
  });
  onTestFinished(() => spy.mockRestore());
}

describe('Journal', () => {
  it('starts every line with its time when it is given a clock', async () => {
    let micros = 0;
    const { journal, path } = await openIn(temporaryFolder(), { now: () => (micros += 250) });
    journal.append({ step: 7 });
    journal.append({ step: 8 });
    await journal.close();
    expect(readFileSync(path, 'utf8')).toBe('{"at":250,"step":7}\n{"at":500,"step":8}\n');
  });

  it('keeps every entry as a line of JSON, in order', async () => {
    const { journal, path, losses } = await openIn(temporaryFolder());
    for (let step = 0; step < 5000; step++) journal.append({ step, text: 'line\nbreak' });
    await journal.close();
    expect(linesOf(path)).toEqual(Array.from({ length: 5000 }, (_, step) => ({ step, text: 'line\nbreak' })));
    expect(losses).toEqual([]);
  });

  it('holds lines back until asked, and writes by itself when it holds many', async () => {
    const { journal, path } = await openIn(temporaryFolder(), { bufferBytes: 100 });
    journal.append({ step: 1 });
    expect(readFileSync(path, 'utf8')).toBe('');
    await journal.flush();
    expect(linesOf(path)).toEqual([{ step: 1 }]);
    journal.append({ text: 'x'.repeat(100) });
    await vi.waitFor(() => expect(linesOf(path)).toHaveLength(2));
  });

  it('appends to what is there, closing a line that a killed process left torn', async () => {
    const folder = temporaryFolder();
    const first = await openIn(folder);
    first.journal.append({ term: 1 });
    await first.journal.close();
    writeFileSync(first.path, '{"term":1,"st', { flag: 'a' });
    const second = await openIn(folder);
    second.journal.append({ term: 2 });
    second.journal.append({ term: 2, step: 1 });
    await second.journal.close();
    expect(readFileSync(first.path, 'utf8').split('\n')).toEqual([
      '{"term":1}',
      '{"term":1,"st',
      '{"term":2}',
      '{"term":2,"step":1}',
      '',
    ]);
  });

  it('counts what a full disk lost, cuts the torn line off, and goes on when there is room', async () => {
    const folder = temporaryFolder();
    const { journal, path, losses } = await openIn(folder);
    journal.append({ step: 1 });
    await journal.flush();
    await tearNextWrite(folder, 5);
    journal.append({ step: 2 });
    journal.append({ step: 3 });
    await journal.flush();
    expect(losses).toEqual([{ lines: 2, totalLines: 2, error: refusal('disk-full', path) }]);
    journal.append({ step: 4 });
    await journal.close();
    expect(linesOf(path)).toEqual([{ step: 1 }, { step: 4 }]);
    expect(journal.lostLines).toBe(2);
  });

  it('closes the torn line when it cannot be cut off', async () => {
    const folder = temporaryFolder();
    const { journal, path } = await openIn(folder);
    await tearNextWrite(folder, 5);
    const cut = vi.spyOn(await fileHandlePrototype(folder), 'truncate').mockRejectedValueOnce(full);
    onTestFinished(() => cut.mockRestore());
    journal.append({ step: 1 });
    await journal.flush();
    journal.append({ step: 2 });
    await journal.close();
    expect(readFileSync(path, 'utf8')).toBe('{"ste\n{"step":2}\n');
  });

  it.runIf(existsSync('/dev/full'))('never throws on a disk that stays full', async () => {
    const losses: JournalLoss[] = [];
    const journal = await Journal.open('/dev/full', { onLoss: (loss) => losses.push(loss), bufferBytes: 1 });
    for (let step = 0; step < 10; step++) journal.append({ step });
    await journal.close();
    expect(journal.lostLines).toBe(10);
    expect(losses.at(0)?.error).toEqual(refusal('disk-full', '/dev/full'));
  });

  it('loses lines rather than memory when the disk does not keep up', async () => {
    const { journal, path, losses } = await openIn(temporaryFolder(), {
      bufferBytes: 10,
      maxWaitingBytes: 100,
    });
    for (let step = 0; step < 100; step++) journal.append({ step });
    await journal.flush();
    expect(losses.length).toBeGreaterThan(0);
    expect(linesOf(path)).toHaveLength(100 - journal.lostLines);
    journal.append({ step: 'later' });
    await journal.close();
    expect(linesOf(path).at(-1)).toEqual({ step: 'later' });
  });

  it('counts an entry that is no JSON, and one that comes after the end', async () => {
    const { journal, path, losses } = await openIn(temporaryFolder());
    journal.append({ big: 1n });
    journal.append({ toJSON: () => undefined });
    await journal.close();
    journal.append({ step: 1 });
    await journal.flush();
    expect(losses.map((loss) => loss.error.code)).toEqual(['bad-argument', 'bad-argument', 'write-failed']);
    expect(losses.at(-1)?.totalLines).toBe(3);
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('may be closed twice', async () => {
    const { journal, losses } = await openIn(temporaryFolder());
    await Promise.all([journal.close(), journal.close()]);
    expect(losses).toEqual([]);
  });

  it("writes nothing and cuts nothing once the file is somebody else's", async () => {
    let isMine = true;
    const taken = new StorageError('lock-lost', 'the folder was taken over');
    const { journal, path, losses } = await openIn(temporaryFolder(), {
      assertMine() {
        if (!isMine) throw taken;
      },
      bound: { maxBytes: 80, startOfPart: (part) => ({ part }), onTrim: () => undefined },
    });
    journal.append({ step: 1 });
    await journal.flush();
    isMine = false;
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"theirs":1}\n{"theirs"`);
    const theirs = readFileSync(path, 'utf8');
    journal.append({ step: 2 });
    await journal.flush();
    journal.append({ step: 3 });
    await journal.close();
    expect(readFileSync(path, 'utf8')).toBe(theirs);
    expect(readdirSync(dirname(path))).toEqual(['journal.ndjson']);
    expect(losses).toMatchObject([
      { lines: 1, error: taken },
      { lines: 1, totalLines: 2 },
    ]);
  });

  it('says at the start that it cannot be opened', async () => {
    const path = join(temporaryFolder(), 'nowhere', 'journal.ndjson');
    await expect(Journal.open(path, { onLoss: () => undefined })).rejects.toThrowError(
      refusal('write-failed', path),
    );
  });
});
