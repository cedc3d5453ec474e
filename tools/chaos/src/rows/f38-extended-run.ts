import { readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeCheckpoint } from '@lockstep/checkpoint';
import type { Lab } from '../lab/lab.ts';
import { oracle } from '../lab/oracle.ts';
import type { Running } from '../lab/running.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const FIRST_END = 100;

const stepOf = (file: string): number => decodeCheckpoint(readFileSync(file)).step;

/** Goes on with the run in `out`, which has to be at `least` or later. */
async function goOn(lab: Lab, out: string, maxSteps: number, least: number): Promise<Running> {
  const running = lab.lockstep([
    ...['train', '--workers', '0', '--resume', 'auto', '--out', out, '--format', 'json'],
    ...[...lab.smallRun(), '--checkpoint-every', '10', '--max-steps', String(maxSteps)],
  ]);
  const { step } = await running.line('started');
  must(
    Number(step) >= least,
    `it went on from step ${Number(step)}, and a checkpoint of ${least} was written`,
  );
  return running;
}

/** The step of the newest checkpoint that it says it wrote. */
const written = (running: Running): number =>
  Number(running.lines.findLast(({ type }) => type === 'checkpoint')?.['step'] ?? 0);

export const extendedRun: Row = {
  id: 'F38',
  title: 'a finished run is extended, killed and interrupted',
  load: 6,
  seconds: 10,
  async run(lab) {
    const out = path.join(lab.folder, 'run');
    const final = path.join(out, 'final.safetensors');
    const first = lab.lockstep([
      ...['train', '--workers', '0', '--out', out, '--format', 'json'],
      ...[...lab.smallRun(), '--max-steps', String(FIRST_END)],
    ]);
    await first.mustExit(0);
    let newest = FIRST_END;
    const ends: string[] = [];
    for (const signal of ['SIGKILL', 'SIGINT', 'SIGKILL', 'SIGTERM'] as const) {
      const running = await goOn(lab, out, 10_000_000, newest);
      await running.line('checkpoint', ({ step }) => Number(step) > newest + 50);
      running.kill(signal);
      await running.exit;
      newest = written(running);
      if (signal === 'SIGKILL') {
        ends.push(`killed at ${newest}`);
        continue;
      }
      const { step, checkpoint } = running.lines.findLast(({ type }) => type === 'stopped')!;
      mustEqual(stepOf(String(checkpoint)), step, `what lies at ${String(checkpoint)} after ${signal}`);
      ends.push(`${signal} at ${newest}`);
      // What the run once ended with stays until it ends again.
      mustEqual(stepOf(final), FIRST_END, 'the step of final.safetensors');
    }
    const steps = newest + 20;
    const last = await goOn(lab, out, steps, newest);
    await last.mustExit(0);
    mustEqual(last.lines.at(-1)!['weightsSha256'], await oracle(lab, lab.smallRun(), steps), 'the weights');
    mustEqual(stepOf(final), steps, 'the step of final.safetensors at the end');
    return `finished at ${FIRST_END}, then ${ends.join(', ')}: never a step lower; ${steps} steps`;
  },
};
