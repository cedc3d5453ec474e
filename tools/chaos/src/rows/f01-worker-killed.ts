import { lossOf, mustKeepPace, paceOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

export const workerKilled: Row = {
  id: 'F01',
  title: 'a worker is killed in mid-step',
  load: 5,
  seconds: 8,
  async run(lab) {
    const trial = await Trial.start(lab);
    await trial.warm();
    const before = await paceOf(trial, 40);
    const from = trial.journal.read().length;
    const victim = trial.numberOf('one');
    const { running } = trial.hand('one');
    running.kill('SIGKILL');
    const loss = await lossOf(trial, victim, from);
    must(loss.millisToLease < 1000, `its spans were leased again after ${loss.millisToLease} ms`);
    const seenMillis = performance.now() - running.endedAt!;
    must(seenMillis < 2000, `the loss was told ${seenMillis} ms after the kill`);
    const after = await paceOf(trial, 40);
    mustKeepPace(before, after, 3, 2);
    trial.workers.delete('one');
    const steps = await trial.finish();
    return `${loss.spans} spans leased again in ${loss.millisToLease.toFixed(1)} ms, step ${before.toFixed(1)} -> ${after.toFixed(1)} ms, ${steps} steps`;
  },
};
