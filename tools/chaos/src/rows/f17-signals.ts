import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '../lab/lab.ts';
import { preload } from '../lab/preloads.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual, until } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const SIGNALS = [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const;

/** An epoch takes a small part of it: who says nothing for so long does not train. */
const QUIET_MS = 500;

/** Sends `signal` and expects `status` in time. @returns milliseconds */
async function ends(
  lab: Lab,
  running: { kill(signal: NodeJS.Signals): void; mustExit(status: number): Promise<void> },
  signal: NodeJS.Signals,
  status: number,
): Promise<number> {
  const startedAt = performance.now();
  running.kill(signal);
  await running.mustExit(status);
  return lab.within(5000, `it ended on ${signal}`, startedAt);
}

/** `train` with its children, whole: ends on each signal, with a checkpoint and no process left. */
async function trainEnds(lab: Lab): Promise<number> {
  let most = 0;
  for (const [signal, status] of SIGNALS) {
    for (const workers of ['2', '0']) {
      const out = path.join(lab.folder, `train-${signal}-${workers}`);
      const common = ['train', '--format', 'json', '--port', '0', '--workers', workers, '--out', out];
      const train = lab.lockstep([...common, ...lab.smallRun(), '--max-steps', '10000000']);
      await train.line('epoch');
      most = Math.max(most, await ends(lab, train, signal, status));
      const stopped = train.lines.at(-1)!;
      mustEqual(
        [stopped.type, stopped['reason']],
        ['stopped', signal],
        `the last line of train on ${signal}`,
      );
      must(readdirSync(out).includes(path.basename(String(stopped['checkpoint']))), 'there is no checkpoint');
    }
  }
  return most;
}

/** The first signal waits for a disk that is stuck; the second does not. */
async function secondSignalEndsAtOnce(lab: Lab): Promise<number> {
  const control = path.join(lab.folder, 'disk');
  writeFileSync(control, '');
  const out = path.join(lab.folder, 'stuck');
  const args = [
    'train',
    '--workers',
    '0',
    '--format',
    'json',
    '--out',
    out,
    ...lab.smallRun(),
    '--max-steps',
    '10000000',
  ];
  const train = lab.lockstep(args, { nodeArgs: preload('disk'), env: { CHAOS_DISK: control } });
  await train.line('epoch');
  writeFileSync(control, 'stuck');
  train.kill('SIGTERM');
  let lines = -1;
  await until('the end of training', async () => {
    const before = lines;
    lines = train.lines.length;
    await delay(QUIET_MS);
    return before === train.lines.length;
  });
  must(train.isRunning, 'the first signal did not wait for the checkpoint');
  const startedAt = performance.now();
  train.kill('SIGTERM');
  // It ended without the checkpoint that 143 would promise.
  await train.mustExit(6);
  return lab.within(1000, 'it ended on the second signal', startedAt);
}

/** Milliseconds after its first line in which a coordinator starts a thread, which loads native kernels. */
const STARTING_MS = [0, 10, 20, 30, 40, 50, 60, 70];

/** Told to stop while it is still starting, a coordinator ends in order. */
async function endsWhileItStarts(lab: Lab): Promise<number> {
  let most = 0;
  for (const millis of STARTING_MS) {
    const out = path.join(lab.folder, `starting-${millis}`);
    const args = ['coordinator', '--format', 'json', '--port', '0', '--out', out];
    const coordinator = lab.lockstep([...args, ...lab.smallRun(), '--max-steps', '1000']);
    await coordinator.line('started');
    await delay(millis);
    most = Math.max(most, await ends(lab, coordinator, 'SIGTERM', 143));
  }
  return most;
}

export const signals: Row = {
  id: 'F17',
  title: 'SIGTERM and SIGINT, once and twice',
  load: 6,
  seconds: 25,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one', 'two', 'leaver'] });
    await trial.warm();
    let most = await ends(lab, trial.hand('leaver').running, 'SIGTERM', 0);
    trial.workers.delete('leaver');
    await trial.coordinator.line(
      'worker-left',
      ({ worker, reason }) => worker === 'leaver' && reason === 'SIGTERM',
    );
    for (const [signal, status] of SIGNALS) {
      await trial.journal.steps(10);
      most = Math.max(most, await ends(lab, trial.coordinator, signal, status));
      for (const [name, { running }] of trial.workers) {
        await running.said(/disconnected: this side is shutting down/);
        must(running.isRunning, `${name} gave up`);
      }
      await trial.resume();
    }
    most = Math.max(most, await trainEnds(lab), await endsWhileItStarts(lab));
    const second = await secondSignalEndsAtOnce(lab);
    const steps = await trial.finish();
    return `ended within ${Math.round(most)} ms, at the second signal in ${Math.round(second)} ms, ${steps} steps`;
  },
};
