import { bestPaceOf, slowdownOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** 50 Mbit/s there and 10 Mbit/s back, in bytes a second, 15 ms away. */
const LINE = { latencyMs: 15, down: 50e6 / 8, up: 10e6 / 8 };
const MOST_SLOWDOWN = 1.05;
const STRETCHES = 3;

export const slowLine: Row = {
  id: 'E01',
  title: 'a worker on a line of 50/10 Mbit/s joins two local ones',
  load: 20, // alone: so little is easily lost beside other rows
  seconds: 20,
  async run(lab) {
    // 300 KB of weights: a gradient takes a quarter of a second on that line.
    const run = lab.smallRun({ hidden: '1024' });
    const trial = await Trial.start(lab, { run, workers: ['one', 'two'], lineMs: 1 });
    await trial.warm();
    await trial.journal.steps(200); // young processes get faster for a while
    let told = '';
    const measure = () =>
      slowdownOf(trial, { count: 100, stretches: STRETCHES }, async () => {
        const { running, proxy } = await trial.startWorker('home', LINE.latencyMs);
        proxy.down.bytesPerSecond = LINE.down;
        proxy.up.bytesPerSecond = LINE.up;
        [, told = ''] = await running.said(/stands by: (it checks .* its messages take .*)\n/);
        const pace = await bestPaceOf(trial, 100, STRETCHES);
        must(running.isRunning && !running.stderr.includes('disconnected'), 'it was not left in peace');
        trial.workers.delete('home');
        running.kill('SIGTERM');
        await running.mustExit(0);
        return pace;
      });
    let slowdown = await measure();
    for (let again = 0; again < 2 && slowdown.ratio > MOST_SLOWDOWN; again++) slowdown = await measure();
    const { usual, during, ratio } = slowdown;
    must(
      ratio <= MOST_SLOWDOWN,
      `a step takes ${during.toFixed(2)} ms with it, otherwise ${usual.toFixed(2)} ms`,
    );
    must(trial.entriesOf('contribution-mismatch').length === 0, 'what it checked has other bits');
    const steps = await trial.finish();
    return `step ${usual.toFixed(2)} -> ${during.toFixed(2)} ms (${ratio.toFixed(3)} times); it is told "${told}", ${steps} steps`;
  },
};
