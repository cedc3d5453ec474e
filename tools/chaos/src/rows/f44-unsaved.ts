import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decodeCheckpoint } from '@lockstep/checkpoint';
import { weightsSha256 } from '@lockstep/math';
import type { Lab } from '../lab/lab.ts';
import { oracle } from '../lab/oracle.ts';
import { preload } from '../lab/preloads.ts';
import type { JsonLine, Running } from '../lab/running.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const UNSAVED = 6;
const STEPS = 400;

/** One run, and the disk that it writes to. */
class Situation {
  readonly lab: Lab;
  readonly out: string;
  readonly spare: string;
  readonly temporary: string;
  readonly #control: string;

  constructor(lab: Lab, name: string) {
    this.lab = lab;
    const folder = path.join(lab.folder, name);
    this.out = path.join(folder, 'run');
    this.spare = path.join(folder, 'spare');
    this.temporary = path.join(folder, 'temporary');
    this.#control = path.join(folder, 'disk');
    mkdirSync(this.temporary, { recursive: true });
    this.disk = '';
  }

  /** What the disk does: '', 'full', or 'full' and how the paths begin for which it is. */
  set disk(state: string) {
    writeFileSync(this.#control, state);
  }

  start(args: readonly string[], settings = this.lab.smallRun()): Running {
    return this.lab.lockstep([...args, '--format', 'json', '--checkpoint-every', '0', ...settings], {
      nodeArgs: preload('disk'),
      env: { CHAOS_DISK: this.#control, TMPDIR: this.temporary },
    });
  }

  /** `train` in one process, in this run's folder. */
  alone(...args: readonly string[]): Running {
    return this.start(['train', '--workers', '0', '--out', this.out, ...args]);
  }

  /** The last line of an end without its checkpoint, whose words and file are looked at. */
  async unsaved(running: Running, type: string, below: string): Promise<JsonLine> {
    await running.mustExit(UNSAVED);
    const last = running.lines.at(-1)!;
    mustEqual(last.type, type, 'the last line');
    must(String(last['checkpoint']).startsWith(below), `it lies in ${String(last['checkpoint'])}`);
    must(running.stderr.includes(`ended without its checkpoint in ${this.out}`), `it said ${running.tail()}`);
    must(!/unexpected|^\s+at /m.test(running.stderr), `it complained: ${running.tail()}`);
    const { weights, step } = decodeCheckpoint(readFileSync(String(last['checkpoint'])));
    mustEqual(
      weightsSha256(weights),
      await oracle(this.lab, this.lab.smallRun(), step),
      'the spared weights',
    );
    return last;
  }
}

/** The disk is full at the end, with workers: it is tried again, then the spare place has the weights; workers know the end. */
async function atTheEnd(lab: Lab): Promise<void> {
  const situation = new Situation(lab, 'at-the-end');
  const { out, spare } = situation;
  const place = ['--port', '0', '--out', out, '--spare-out', spare, '--min-workers', '2'];
  const coordinator = situation.start(['coordinator', ...place, '--max-steps', String(STEPS)]);
  const [, url] = await coordinator.said(/worker (ws:\S+)/);
  situation.disk = `full ${out}`;
  const workers = ['one', 'two'].map((name) => lab.lockstep(['worker', url!, '--name', name]));
  await coordinator.line('checkpoint-failed', ({ retryMillis }) => retryMillis === 8000);
  must(coordinator.isRunning && !existsSync(path.join(spare, 'run')), 'it did not try again');
  await situation.unsaved(coordinator, 'finished', path.join(spare, 'run', 'final.safetensors'));
  for (const worker of workers) {
    await worker.mustExit(0);
    must(/the run is over \(completed\)/.test(worker.stderr), `a worker said ${worker.tail()}`);
  }
}

/** Room is made while it is tried again: as if nothing had been. */
async function roomInTime(lab: Lab): Promise<void> {
  const situation = new Situation(lab, 'room-in-time');
  situation.disk = '';
  const train = situation.alone('--max-steps', String(STEPS));
  await train.line('started');
  situation.disk = `full ${situation.out}`;
  await train.line('checkpoint-failed');
  situation.disk = '';
  await train.mustExit(0);
  mustEqual(
    train.lines.at(-1)!['checkpoint'],
    path.join(situation.out, 'final.safetensors'),
    'the checkpoint',
  );
}

/** Interrupted on a full disk: the weights are in the temporary folder, and the command that is printed brings them back. */
async function interrupted(lab: Lab): Promise<void> {
  const situation = new Situation(lab, 'interrupted');
  const train = situation.alone('--max-steps', '10000000');
  await train.line('epoch');
  situation.disk = `full ${situation.out}`;
  const startedAt = performance.now();
  train.kill('SIGINT');
  const stopped = await situation.unsaved(train, 'stopped', situation.temporary);
  lab.within(8000, 'it ended', startedAt);
  situation.disk = '';
  takeBack(train);
  await goesOn(
    situation,
    situation.alone('--resume', 'auto', '--max-steps', String(Number(stopped['step']) + 20)),
  );
}

/** Made longer, on a full disk: the command that is printed puts the new end in the place of the one that the run had before. */
async function madeLonger(lab: Lab): Promise<void> {
  const situation = new Situation(lab, 'made-longer');
  await situation.alone('--max-steps', '40').mustExit(0);
  situation.disk = '';
  const longer = situation.alone('--resume', 'auto', '--max-steps', String(STEPS));
  await longer.line('started');
  situation.disk = `full ${situation.out}`;
  await longer.line('checkpoint-failed');
  longer.kill('SIGTERM');
  const finished = await situation.unsaved(longer, 'finished', situation.temporary);
  situation.disk = '';
  takeBack(longer);
  const final = decodeCheckpoint(readFileSync(path.join(situation.out, 'final.safetensors')));
  mustEqual(weightsSha256(final.weights), finished['weightsSha256'], 'the end in the run’s folder');
}

/** Runs the command that brings the weights back. */
function takeBack(run: Running): void {
  const command = /^ {2}(mkdir .*)$/m.exec(run.stderr)?.[1];
  must(command !== undefined, `it said ${run.tail()}`);
  execFileSync('sh', ['-c', command]);
}

/** The folder is gone, and with it everything before: the spare checkpoint goes on elsewhere. */
async function folderGone(lab: Lab): Promise<void> {
  const situation = new Situation(lab, 'gone');
  const train = situation.alone('--max-steps', '10000000', '--spare-out', situation.spare);
  await train.line('epoch');
  rmSync(situation.out, { recursive: true });
  train.kill('SIGTERM');
  const stopped = await situation.unsaved(train, 'stopped', situation.spare);
  must(/its folder is not there any more/.test(train.stderr), `it said ${train.tail()}`);
  const steps = String(Number(stopped['step']) + 20);
  await goesOn(situation, situation.alone('--resume', String(stopped['checkpoint']), '--max-steps', steps));
}

async function goesOn({ lab }: Situation, resumed: Running): Promise<void> {
  await resumed.mustExit(0);
  const { step, weightsSha256: found } = resumed.lines.at(-1)!;
  mustEqual(found, await oracle(lab, lab.smallRun(), Number(step)), 'the weights of the run that went on');
}

/** No place has room: a signal ends the waiting, and nothing is promised. */
async function nowhere(lab: Lab): Promise<void> {
  const situation = new Situation(lab, 'nowhere');
  const train = situation.alone('--max-steps', String(STEPS));
  await train.line('started');
  situation.disk = 'full';
  await train.line('checkpoint-failed');
  train.kill('SIGTERM');
  await train.mustExit(UNSAVED);
  const last = train.lines.at(-1)!;
  mustEqual([last.type, last['checkpoint']], ['finished', null], 'the last line');
  must(/no other place took the weights of step 400, and they are lost/.test(train.stderr), train.tail());
}

/** A run that diverged keeps its last finite weights too. */
async function diverged(lab: Lab): Promise<void> {
  const situation = new Situation(lab, 'diverged');
  const args = ['train', '--workers', '0', '--out', situation.out, '--spare-out', situation.spare];
  // From the first checkpoint on: it diverges within a few steps.
  situation.disk = `full ${path.join(situation.out, '.step-')}`;
  const train = situation.start([...args, '--max-steps', '1000'], lab.smallRun({ lr: '1000000' }));
  await train.line('checkpoint-failed');
  train.kill('SIGTERM');
  await train.mustExit(UNSAVED);
  const last = train.lines.at(-1)!;
  must(existsSync(String(last['checkpoint'])), `it lies in ${String(last['checkpoint'])}`);
  must(/diverged at step/.test(train.stderr) && !/is kept\)/.test(train.stderr), train.tail());
}

/** A small file system that is really full: needs the right to mount one. */
async function really(lab: Lab): Promise<string> {
  const disk = path.join(lab.folder, 'small-disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'lockstep-chaos', disk], { stdio: 'ignore' });
  } catch {
    return 'no right to mount a small disk';
  }
  lab.onEnd(() => execFileSync('umount', ['-l', disk]));
  const spare = path.join(lab.folder, 'spare');
  const args = ['train', '--format', 'json', '--port', '0', '--workers', '2', '--spare-out', spare];
  const train = lab.lockstep([
    ...args,
    '--out',
    path.join(disk, 'run'),
    ...lab.smallRun(),
    '--max-steps',
    '10000000',
  ]);
  await train.line('epoch');
  try {
    for (;;) writeFileSync(path.join(disk, 'ballast'), Buffer.alloc(4096), { flag: 'a' });
  } catch {
    train.kill('SIGTERM');
  }
  await train.mustExit(UNSAVED);
  const { checkpoint, step } = train.lines.findLast(({ type }) => type === 'stopped')!;
  const { weights } = decodeCheckpoint(readFileSync(String(checkpoint)));
  mustEqual(weightsSha256(weights), await oracle(lab, lab.smallRun(), Number(step)), 'the spared weights');
  return 'on a full tmpfs too';
}

export const unsaved: Row = {
  id: 'F44',
  title: 'no room, or no folder, for the last checkpoint',
  load: 5,
  seconds: 60,
  async run(lab) {
    await atTheEnd(lab);
    await roomInTime(lab);
    await interrupted(lab);
    await madeLonger(lab);
    await folderGone(lab);
    await nowhere(lab);
    await diverged(lab);
    return `weights kept elsewhere, tried again, taken back; ${await really(lab)}`;
  },
};
