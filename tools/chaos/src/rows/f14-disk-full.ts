import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { preload } from '../lab/preloads.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const EVERY = ['--checkpoint-every', '10'];

/** Fills the disk, sees what the matrix promises, and frees it again. @returns checkpoints that were not written */
async function fill(trial: Trial, setFull: (isFull: boolean) => void): Promise<number> {
  const { coordinator } = trial;
  const failuresOf = (): readonly number[] =>
    coordinator.lines
      .filter(({ type }) => type === 'checkpoint-failed')
      .map(({ failures }) => Number(failures));
  await coordinator.line('checkpoint', ({ step }) => Number(step) >= 20);
  setFull(true);
  await coordinator.line('checkpoint-failed', ({ failures }) => failures === 3);
  const good = coordinator.lines.findLast(({ type }) => type === 'checkpoint')!;
  const evaluated = trial.lab.lockstep(['evaluate', String(good['file']), '--format', 'json']);
  await evaluated.mustExit(0);
  setFull(false);
  const failures = failuresOf();
  mustEqual(failures.slice(0, 3), [1, 2, 3], 'the counter of failures');
  const failed = coordinator.lines.findLast(({ type }) => type === 'checkpoint-failed')!;
  must(/no room|disk-full/.test(String(failed['error'])), `it says ${String(failed['error'])}`);
  await coordinator.line('checkpoint', ({ step }) => Number(step) > Number(failed['step']));
  return failuresOf().length;
}

/** A write that fails with ENOSPC half-way: needs no rights. */
async function simulated(lab: Lab): Promise<string> {
  const control = path.join(lab.folder, 'disk');
  const process = { nodeArgs: preload('disk'), env: { CHAOS_DISK: control } };
  const trial = await Trial.start(lab, { process, settings: EVERY, workers: ['one', 'two'] });
  await trial.warm();
  const failures = await fill(trial, (isFull) => writeFileSync(control, isFull ? 'full' : ''));
  const told = trial.entriesOf('checkpoint-failed').length;
  must(told >= 3, `the journal tells of ${told} failures`);
  const steps = await trial.finish();
  return `${failures} checkpoints not written, the one before whole, ${steps} steps`;
}

/** A small file system that is really full: needs the right to mount one. */
async function real(lab: Lab): Promise<string> {
  const disk = path.join(lab.folder, 'small-disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'lockstep-chaos', disk], { stdio: 'ignore' });
  } catch {
    return 'no right to mount a small disk';
  }
  lab.onEnd(() => execFileSync('umount', ['-l', disk]));
  const trial = await Trial.start(lab, {
    settings: EVERY,
    workers: ['three', 'four'],
    folder: path.join(disk, 'run'),
  });
  await trial.warm();
  const ballast = path.join(disk, 'ballast');
  const failures = await fill(trial, (isFull) => {
    if (!isFull) return rmSync(ballast);
    for (let bytes = 1 << 20; bytes >= 1; bytes >>= 1) {
      try {
        for (;;) writeFileSync(ballast, Buffer.alloc(bytes), { flag: 'a' });
      } catch {
        continue; // so much does not fit any more
      }
    }
  });
  must(
    /lines of the journal are lost/.test(trial.coordinator.stderr),
    'nobody is told that the journal loses lines',
  );
  const steps = await trial.finish({ hasWholeJournal: false });
  return `on a full tmpfs: ${failures} not written, ${steps} steps`;
}

export const diskFull: Row = {
  id: 'F14',
  title: 'the disk is full at a checkpoint',
  load: 5,
  seconds: 15,
  run: async (lab) => `${await simulated(lab)}; ${await real(lab)}`,
};
