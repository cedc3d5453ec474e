import { setTimeout as delay } from 'node:timers/promises';
import { paceOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { must, until } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const STOP_MS = 5000;

export const coordinatorStopped: Row = {
  id: 'F06',
  title: 'the coordinator is stopped (SIGSTOP) for 5 s',
  load: 5,
  seconds: 15,
  async run(lab) {
    const trial = await Trial.start(lab);
    await trial.warm();
    const before = await paceOf(trial, 40);
    trial.coordinator.kill('SIGSTOP');
    await delay(STOP_MS); // the fault itself
    for (const [name, { running }] of trial.workers) {
      must(running.stderr.includes('disconnected'), `${name} did not notice that nobody answers`);
    }
    const contAt = performance.now();
    trial.coordinator.kill('SIGCONT');
    for (const [name, { running }] of trial.workers) {
      const joins = (): number => running.stderr.split('joined').length - 1;
      await until(`the return of ${name}`, () => joins() >= 2, 31_000);
    }
    const backMillis = performance.now() - contAt;
    const after = await paceOf(trial, 40);
    const strikes = trial.entriesOf('worker-struck').length;
    must(strikes === 0, `${strikes} strikes for a stop of the coordinator`);
    const steps = await trial.finish();
    return `all back ${Math.round(backMillis)} ms after SIGCONT, step ${before.toFixed(1)} -> ${after.toFixed(1)} ms, ${steps} steps`;
  },
};
