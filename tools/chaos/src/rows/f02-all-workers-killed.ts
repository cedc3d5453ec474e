import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

export const allWorkersKilled: Row = {
  id: 'F02',
  title: 'all workers are killed',
  load: 5,
  seconds: 8,
  async run(lab) {
    const trial = await Trial.start(lab);
    const from = await trial.warm();
    for (const { running } of trial.workers.values()) running.kill('SIGKILL');
    trial.workers.clear();
    await trial.coordinator.line('waiting', ({ workers, needed }) => workers === 0 && needed === 1);
    const told = await trial.journal.entry('that it waits', ({ type }) => type === 'waiting-for-workers', {
      from,
    });
    const waitingAt = trial.journal.entries.indexOf(told);
    const startedAt = performance.now();
    await trial.addWorker('late');
    await trial.journal.steps(30, waitingAt);
    const millis = performance.now() - startedAt;
    const types = trial.journal.entries.slice(waitingAt).map(({ type }) => type);
    must(
      types.indexOf('step-committed') > types.indexOf('worker-entered'),
      'a step was committed while nobody was there',
    );
    const steps = await trial.finish();
    return `waited at once, 30 steps ${Math.round(millis)} ms after a new worker's process started, ${steps} steps`;
  },
};
