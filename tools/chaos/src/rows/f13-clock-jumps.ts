import { paceOf } from '../lab/leases.ts';
import { preload } from '../lab/preloads.ts';
import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const A_MINUTE_MICROS = 60_000_000;

export const clockJumps: Row = {
  id: 'F13',
  title: 'the wall clocks of all processes jump an hour forth and back',
  load: 5,
  seconds: 12,
  async run(lab) {
    const startedAt = performance.now();
    const process = { nodeArgs: preload('clock') };
    const trial = await Trial.start(lab, {
      process,
      settings: ['--checkpoint-minutes', '0.02'],
      workerProcess: process,
    });
    const from = await trial.warm();
    const before = await paceOf(trial, 60);
    const after = await paceOf(trial, 240); // some seconds, and a jump every half second
    const early = ['worker-lost', 'worker-silent', 'worker-struck', 'time-lost']
      .flatMap((type) => trial.entriesOf(type, from))
      // A busy machine may keep a coordinator waiting, not for as long as the clock jumps.
      .filter(({ type, lostMicros }) => type !== 'time-lost' || Number(lostMicros) > A_MINUTE_MICROS);
    must(early.length === 0, `somebody ran out of time: ${JSON.stringify(early[0])}`);
    const checkpoints = trial.entriesOf('checkpoint', from).length;
    const elapsed = (performance.now() - startedAt) / 1000;
    must(
      checkpoints >= 1 && checkpoints <= elapsed,
      `${checkpoints} checkpoints in ${elapsed.toFixed(0)} s, one is due every 1.2 s`,
    );
    const epoch = await trial.coordinator.line('epoch');
    const [seconds, rate] = [Number(epoch['seconds']), Number(epoch['samplesPerSecond'])];
    must(
      seconds > 0 && seconds < elapsed && rate > 0 && rate < 1e7,
      `it thinks that an epoch took ${seconds} s at ${rate} rows/s`,
    );
    const steps = await trial.finish();
    return `nobody timed out, ${checkpoints} checkpoints by time, an epoch in ${seconds} s, step ${before.toFixed(1)} -> ${after.toFixed(1)} ms, ${steps} steps`;
  },
};
