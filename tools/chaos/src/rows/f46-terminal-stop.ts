import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { JournalTail } from '../lab/journal-tail.ts';
import type { Lab } from '../lab/lab.ts';
import { oracle } from '../lab/oracle.ts';
import type { Running } from '../lab/running.ts';
import { must, mustEqual, until } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** Longer than a silent worker is waited for. */
const STOPPED_MS = 5000;
const STEPS = 4000;

const stateOf = (pid: number): string | undefined => {
  try {
    return /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
};

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

const stepsIn = (journal: JournalTail): number =>
  journal.read().filter(({ type }) => type === 'step-committed').length;

/** `train` as a shell's job, which Ctrl-Z stops whole. */
async function started(lab: Lab, name: string): Promise<{ train: Running; journal: JournalTail }> {
  const out = path.join(lab.folder, name);
  const args = ['train', '--workers', '2', '--port', '0', '--format', 'json', '--out', out];
  const train = lab.lockstep([...args, ...lab.smallRun(), '--max-steps', String(STEPS)]);
  await until('the journal', () => existsSync(path.join(out, 'journal.ndjson')));
  const journal = new JournalTail(out);
  await journal.steps(20);
  return { train, journal };
}

/** Stops as Ctrl-Z does, sees that nothing moves, and that nobody is lost. */
async function stop({ train, journal }: { train: Running; journal: JournalTail }): Promise<void> {
  train.kill('SIGTSTP');
  await until('the stop', () => stateOf(train.pid) === 'T');
  await train.line('paused', ({ by }) => by === 'terminal');
  await delay(500);
  const steps = stepsIn(journal);
  await delay(STOPPED_MS);
  mustEqual(stepsIn(journal), steps, 'steps while it was stopped');
}

export const terminalStop: Row = {
  id: 'F46',
  title: 'Ctrl-Z, fg, and the end of a stopped job',
  load: 5,
  seconds: 30,
  async run(lab) {
    const job = await started(lab, 'job');
    await stop(job);
    job.train.kill('SIGCONT');
    await job.train.line('resumed');
    await job.train.mustExit(0);
    const finished = job.train.lines.at(-1)!;
    mustEqual(finished['weightsSha256'], await oracle(lab, lab.smallRun(), STEPS), 'the weights');
    must(!job.train.lines.some(({ type }) => type === 'worker-left'), 'a worker was lost');
    must(!/strike/.test(job.train.stderr), `it said ${job.train.tail()}`);

    const killed = await started(lab, 'killed');
    await stop(killed);
    const children = childrenOf(killed.train.pid);
    killed.train.kill('SIGKILL');
    await until('the end of the children', () => children.every((pid) => stateOf(pid) === undefined), 10_000);

    const told = await started(lab, 'told');
    await stop(told);
    spawn('kill', ['-TERM', String(told.train.pid)]);
    told.train.kill('SIGCONT');
    await told.train.mustExit(143);
    return `stood still for ${STOPPED_MS / 1000} s and went on with the same bits; nothing outlives a stopped job`;
  },
};
