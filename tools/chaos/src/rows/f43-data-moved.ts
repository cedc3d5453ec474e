import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { smallDataset } from '@lockstep/storage/testing';
import type { Lab } from '../lab/lab.ts';
import { oracle } from '../lab/oracle.ts';
import type { Running } from '../lab/running.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** A start of the run's coordinator, at the port it had before. */
class Coordinators {
  readonly out: string;
  #port = 0;
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.out = path.join(lab.folder, 'run');
  }

  start(args: readonly string[]): Running {
    const common = [
      '--port',
      String(this.#port),
      '--format',
      'json',
      '--out',
      this.out,
      '--checkpoint-every',
      '20',
    ];
    return this.#lab.lockstep(['coordinator', ...common, ...args]);
  }

  /** Starts, and resolves when workers can join. */
  async serve(args: readonly string[]): Promise<Running> {
    const running = this.start(args);
    const [, url] = await running.said(/worker (ws:\S+)/);
    if (this.#port === 0) {
      this.#port = Number(new URL(url!).port);
      this.#lab.lockstep(['worker', url!, '--threads', '1']);
    }
    return running;
  }
}

const checkpointPast = async (running: Running, from: number): Promise<number> => {
  const { step } = await running.line('checkpoint', (line) => Number(line['step']) >= from + 20);
  return Number(step);
};

/** The start is refused, naming the checkpoint and what to do. */
async function mustRefuse(running: Running, status: number, reason: RegExp): Promise<void> {
  await running.mustExit(status);
  must(reason.test(running.stderr), `it said ${running.stderr}`);
  must(/safetensors was trained on data .*by --dataset/.test(running.stderr), `it said ${running.stderr}`);
  must(!running.lines.some(({ type }) => type === 'started'), 'it started');
}

export const dataMoved: Row = {
  id: 'F43',
  title: "a run's data is moved, and changed, between its starts",
  load: 3,
  seconds: 30,
  async run(lab) {
    const [first, second] = [path.join(lab.folder, 'data'), path.join(lab.folder, 'elsewhere')];
    cpSync(smallDataset(lab.shared), first, { recursive: true });
    const runs = new Coordinators(lab);
    const resume = ['--resume', 'auto', '--max-steps', '1000000'];
    const begun = await runs.serve([...lab.smallRun({ dataset: first }), '--max-steps', '1000000']);
    const step = await checkpointPast(begun, 20);
    begun.kill('SIGKILL');
    await begun.exit;

    renameSync(first, second);
    await mustRefuse(runs.start(resume), 1, /there is no dataset folder/);
    const moved = await runs.serve([...resume, '--dataset', second]);
    const further = await checkpointPast(moved, step);
    moved.kill('SIGKILL');
    await moved.exit;

    const labels = path.join(second, 't10k-labels-idx1-ubyte');
    const own = readFileSync(labels);
    writeFileSync(labels, own.with(8, (own[8]! + 1) % 10));
    await mustRefuse(runs.start(resume), 3, /holds other test rows/);
    writeFileSync(labels, own);
    // The place that was given is known by now.
    const again = await runs.serve(resume);
    const last = await checkpointPast(again, further);
    again.kill('SIGTERM');
    await again.mustExit(143);

    const steps = last + 200;
    const end = await runs.serve(['--resume', 'auto', '--max-steps', String(steps)]);
    await end.mustExit(0);
    const sha = await oracle(lab, lab.smallRun({ dataset: second }), steps);
    mustEqual(end.lines.at(-1)!['weightsSha256'], sha, 'the weights of the run');
    return `refused without its data and with other test rows, gone on with where it was told once, ${steps} steps`;
  },
};
