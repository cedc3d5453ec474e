import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '../lab/lab.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** Those that end a process by default and may be sent to it, but for the four that tell of a broken instruction. */
const SIGNALS = [
  ...(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTRAP', 'SIGABRT', 'SIGUSR1', 'SIGUSR2', 'SIGALRM'] as const),
  ...(['SIGTERM', 'SIGSTKFLT', 'SIGXCPU', 'SIGVTALRM', 'SIGPROF', 'SIGIO', 'SIGPWR', 'SIGSYS'] as const),
];
const AT_ONCE = 4;
/** Milliseconds after its start in which a process gets a signal, before or after the first line of the program. */
const EARLY_MS = [0, 15, 30, 45, 60, 80, 100, 130, 170, 220];

const endless = (lab: Lab, out: string, format = 'json'): readonly string[] => [
  ...['--format', format, '--port', '0', '--out', out],
  ...[...lab.smallRun(), '--max-steps', '10000000'],
];

/** A run ends on `signal` with a checkpoint and 128 + n, and nothing opens a debugger. */
async function endsRun(lab: Lab, command: readonly string[], signal: NodeJS.Signals): Promise<void> {
  const out = path.join(lab.folder, `${command.join('-')}-${signal}`);
  const running = lab.lockstep([...command, ...endless(lab, out)]);
  await running.line(command[0] === 'coordinator' ? 'waiting' : 'epoch');
  running.kill(signal);
  await running.mustExit(128 + constants.signals[signal]);
  const stopped = running.lines.at(-1)!;
  mustEqual([stopped.type, stopped['reason']], ['stopped', signal], `the last line on ${signal}`);
  must(readdirSync(out).includes(path.basename(String(stopped['checkpoint']))), 'there is no checkpoint');
  must(!/debugger/i.test(running.stderr), `it said ${running.tail()}`);
}

/** What Node says of the debugger that SIGUSR1 opens before the first line of a program, where another process has its port. */
const NO_PORT = /Starting inspector on .* failed/;

/**
 * From the first line of the program on a signal means a checkpoint; before that, the system's own end, or Node's debugger: where that
 * cannot listen, nothing tells the program that a signal came, and the run goes on.
 */
async function early(lab: Lab, signal: NodeJS.Signals, millis: number): Promise<boolean> {
  const out = path.join(lab.folder, `early-${signal}-${millis}`);
  const running = lab.lockstep(['train', '--workers', '0', ...endless(lab, out)]);
  await delay(millis);
  running.kill(signal);
  // Said before the program's first line, where SIGTERM would be the system's own end. A debugger that opens late, at another port, is
  // closed, and counts as the signal.
  const lost = running.said(NO_PORT).then(() => running.line('epoch'));
  const exit = await Promise.race([running.exit, lost.catch(() => running.exit)]);
  if (exit === signal) return false;
  if (typeof exit === 'object') {
    running.kill('SIGTERM');
    await running.mustExit(143);
    return false;
  }
  mustEqual(exit, 128 + constants.signals[signal], `the status on ${signal} after ${millis} ms`);
  mustEqual(running.lines.at(-1)?.type, 'stopped', `the last line on ${signal} after ${millis} ms`);
  return true;
}

/** While the data are read, which takes long on a slow disk, a signal waits for the checkpoint already. */
async function whileReading(lab: Lab, signal: NodeJS.Signals): Promise<void> {
  const out = path.join(lab.folder, `reading-${signal}`);
  const running = lab.lockstep(['train', '--workers', '0', ...endless(lab, out, 'text')]);
  await running.said(/^reading /m);
  running.kill(signal);
  await running.mustExit(128 + constants.signals[signal]);
  must(running.stdout.includes(`(${signal}); checkpoint `), `it said ${running.tail()}`);
}

/** A worker leaves cleanly, whatever the signal. */
async function workerLeaves(lab: Lab, signal: NodeJS.Signals): Promise<void> {
  const worker = lab.lockstep(['worker', 'ws://127.0.0.1:9']);
  await worker.said(/next try|ECONNREFUSED|nobody|no coordinator/);
  worker.kill(signal);
  await worker.mustExit(0);
}

export const everySignal: Row = {
  id: 'F45',
  title: 'every signal that ends a program',
  load: 6,
  seconds: 80,
  async run(lab) {
    for (let from = 0; from < SIGNALS.length; from += AT_ONCE) {
      const some = SIGNALS.slice(from, from + AT_ONCE);
      await Promise.all(some.map((signal) => endsRun(lab, ['train', '--workers', '0'], signal)));
    }
    for (const signal of ['SIGHUP', 'SIGUSR1'] as const) {
      await endsRun(lab, ['train', '--workers', '2'], signal);
      await endsRun(lab, ['coordinator'], signal);
      await workerLeaves(lab, signal);
      await whileReading(lab, signal);
    }
    let held = 0;
    for (const millis of EARLY_MS) {
      const both = await Promise.all([early(lab, 'SIGUSR1', millis), early(lab, 'SIGHUP', millis)]);
      held += both.filter(Boolean).length;
    }
    return `${SIGNALS.length} signals: a checkpoint, 128 + n, no debugger; ${held} of ${2 * EARLY_MS.length} while it started`;
  },
};
