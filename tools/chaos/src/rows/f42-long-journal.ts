import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { checkJournal } from '@lockstep/journal';
import { journalParts } from '@lockstep/storage';
import { JournalTail } from '../lab/journal-tail.ts';
import type { Lab } from '../lab/lab.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual, until } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const MEGABYTES = 1;
/** The line that crosses the bound is written, and a few that were waiting with it. */
const MOST_BYTES = 1.2e6;
/** Parts of 125 kB: all of them together are more than the disk has. */
const PARTS = 18;
const TIMEOUT_MS = 150_000;

/** A disk that the journal would fill; an ordinary folder, where none may be mounted. */
function smallDisk(lab: Lab): { readonly folder: string; readonly kind: string } {
  const folder = path.join(lab.folder, 'small-disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'lockstep-chaos', folder], { stdio: 'ignore' });
  } catch {
    return { folder, kind: 'in a folder, with no right to mount a small disk' };
  }
  lab.onEnd(() => execFileSync('umount', ['-l', folder]));
  return { folder, kind: 'on a disk of 2 MB' };
}

const bytesOf = (folder: string): number =>
  journalParts(folder).reduce(
    (sum, { path }) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );

export const longJournal: Row = {
  id: 'F42',
  title: 'the journal of a long run on a small disk',
  load: 5,
  seconds: 40,
  async run(lab) {
    const { folder: disk, kind } = smallDisk(lab);
    const trial = await Trial.start(lab, {
      folder: path.join(disk, 'run'),
      settings: ['--journal-megabytes', String(MEGABYTES), '--checkpoint-every', '500'],
      workers: ['one', 'two'],
      lineMs: 0,
    });
    await trial.warm();
    let most = 0;
    const written = await until(
      'the journal to write more than the disk holds',
      () => {
        most = Math.max(most, bytesOf(trial.folder));
        const { part } = journalParts(trial.folder).at(-1)!;
        return part >= PARTS ? part : undefined;
      },
      TIMEOUT_MS,
    );
    must(most <= MOST_BYTES, `the journal took ${most} bytes`);
    const steps = await trial.finish({ hasWholeJournal: false });
    const entries = new JournalTail(trial.folder).read();
    const { violations } = checkJournal(entries);
    mustEqual(violations, [], 'what is wrong with the journal on both sides of its gap');
    mustEqual([entries[0]!.type, entries[0]!['step']], ['started', 0], 'the beginning of the journal');
    must(
      entries.some(({ type }) => type === 'finished'),
      'the journal lacks its end',
    );
    must(
      entries.some(({ type }) => type === 'part'),
      'the journal has one part',
    );
    const { stderr } = trial.coordinator;
    must(!/lines of the journal are lost/.test(stderr), 'it lost lines');
    return `${kind}: ${written} parts written, at most ${Math.round(most / 1000)} kB kept, ${steps} steps, checked on both sides`;
  },
};
