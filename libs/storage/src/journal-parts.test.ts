import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { JOURNAL_NAME, journalParts } from './journal-parts.ts';
import { Journal, type JournalLoss } from './journal.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const MAX_BYTES = 8000;

interface Bounded {
  readonly journal: Journal;
  readonly losses: JournalLoss[];
  readonly trimmed: number[];
}

async function openBounded(folder: string): Promise<Bounded> {
  const [losses, trimmed] = [[] as JournalLoss[], [] as number[]];
  const journal = await Journal.open(join(folder, JOURNAL_NAME), {
    bufferBytes: 100,
    onLoss: (loss) => losses.push(loss),
    bound: {
      maxBytes: MAX_BYTES,
      startOfPart: (part) => ({ part }),
      onTrim: (bytes) => trimmed.push(bytes),
    },
  });
  onTestFinished(() => journal.close());
  return { journal, losses, trimmed };
}

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

const linesOf = (folder: string): { readonly step?: number; readonly part?: number }[] =>
  journalParts(folder)
    .filter(({ path }) => existsSync(path))
    .flatMap(({ path }) => readFileSync(path, 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as { step?: number; part?: number });

/** Appends the steps [from, to), and watches that the bound holds all the while. */
async function append(journal: Journal, folder: string, from: number, to: number): Promise<number> {
  let most = 0;
  for (let step = from; step < to; step++) {
    journal.append({ step });
    if (step % 5 === 0) await journal.flush();
    most = Math.max(most, bytesIn(folder));
  }
  await journal.flush();
  return most;
}

describe('a bounded journal', () => {
  it('keeps its first part and its newest ones, and never more than the bound', async () => {
    const folder = temporaryFolder();
    const { journal, losses, trimmed } = await openBounded(folder);
    expect(await append(journal, folder, 0, 3000)).toBeLessThanOrEqual(MAX_BYTES + 100);
    await journal.close();
    const lines = linesOf(folder);
    const steps = lines.flatMap(({ step }) => (step === undefined ? [] : [step]));
    expect([steps[0], steps.at(-1)]).toEqual([0, 2999]);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    const jumps = steps.filter((step, index) => index > 0 && step !== steps[index - 1]! + 1);
    expect(jumps).toHaveLength(1);
    expect(bytesIn(folder)).toBeGreaterThan(MAX_BYTES / 2);
    expect(trimmed.length).toBeGreaterThan(0);
    expect(losses).toEqual([]);
  });

  it('begins each part but the first with its number, so that a gap shows', async () => {
    const folder = temporaryFolder();
    const { journal } = await openBounded(folder);
    await append(journal, folder, 0, 3000);
    await journal.close();
    const parts = journalParts(folder);
    expect(parts.map(({ part }) => part).slice(0, 1)).toEqual([1]);
    for (const { path, part } of parts.slice(1)) {
      expect(readFileSync(path, 'utf8').split('\n')[0]).toBe(JSON.stringify({ part }));
    }
    expect(parts[1]!.part).toBeGreaterThan(2);
  });

  it('goes on with its parts at the next start, also of a process that died between two of them', async () => {
    const folder = temporaryFolder();
    const first = await openBounded(folder);
    await append(first.journal, folder, 0, 300);
    await first.journal.close();
    const part = journalParts(folder).at(-1)!.part;
    const second = await openBounded(folder);
    await append(second.journal, folder, 300, 301);
    await second.journal.close();
    expect(journalParts(folder).at(-1)!.part).toBe(part);
    rmSync(join(folder, JOURNAL_NAME));
    const third = await openBounded(folder);
    await append(third.journal, folder, 301, 302);
    await third.journal.close();
    expect(readFileSync(join(folder, JOURNAL_NAME), 'utf8')).toBe(`{"part":${part}}\n{"step":301}\n`);
  });

  it('takes over a longer one of an earlier version, and brings it below the bound', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, JOURNAL_NAME), '{"step":0}\n'.repeat(2000));
    const { journal } = await openBounded(folder);
    await append(journal, folder, 1, 10);
    await journal.close();
    expect(bytesIn(folder)).toBeLessThanOrEqual(MAX_BYTES);
    expect(linesOf(folder).at(-1)).toEqual({ step: 9 });
  });

  it('goes on in one file where it cannot be parted, says so, and stops at the bound', async () => {
    const folder = temporaryFolder();
    // A folder that is not empty cannot be replaced by a file.
    mkdirSync(join(folder, 'journal.000001.ndjson', 'x'), { recursive: true });
    const path = join(folder, JOURNAL_NAME);
    const losses: JournalLoss[] = [];
    const journal = await Journal.open(path, {
      bufferBytes: 100,
      onLoss: (loss) => losses.push(loss),
      bound: { maxBytes: MAX_BYTES, startOfPart: (part) => ({ part }), onTrim: () => undefined },
    });
    // Opened as the second part, whose name is free; the first one's is not what is asked.
    mkdirSync(join(folder, 'journal.000002.ndjson', 'x'), { recursive: true });
    await append(journal, folder, 0, 2000);
    await journal.close();
    expect(losses[0]).toMatchObject({ lines: 0 });
    expect(journal.lostLines).toBeGreaterThan(0);
    expect(statSync(path).size).toBeLessThanOrEqual(MAX_BYTES * 1.2);
  });
});
