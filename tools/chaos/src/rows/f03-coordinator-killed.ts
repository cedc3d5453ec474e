import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const KILLS = 3;
const EVERY = 10;

export const coordinatorKilled: Row = {
  id: 'F03',
  title: 'the coordinator is killed in mid-step, several times',
  load: 6,
  seconds: 15,
  async run(lab) {
    const trial = await Trial.start(lab, { settings: ['--checkpoint-every', String(EVERY)] });
    await trial.warm();
    let repeated = 0;
    let backMillis = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      await trial.journal.steps(EVERY + 3);
      trial.coordinator.kill('SIGKILL');
      await trial.coordinator.exit;
      const committed = Number(trial.entriesOf('step-committed').at(-1)!['step']) + 1;
      const { coordinator: dead } = trial;
      const killedAt = dead.endedAt!;
      const coordinator = await trial.resume();
      const { step } = await coordinator.line('started');
      // The newest lines may be lost with the process; the newest checkpoints cannot be older than two intervals.
      const lost = committed - Number(step);
      must(lost <= 2 * EVERY, `it goes on at step ${Number(step)}, of ${committed} that were committed`);
      repeated += Math.max(0, lost);
      for (const name of trial.workers.keys()) {
        await coordinator.line('worker-joined', ({ worker }) => worker === name, 40_000);
      }
      backMillis = Math.max(backMillis, performance.now() - killedAt);
      await trial.journal.steps(5);
    }
    const steps = await trial.finish();
    return `${KILLS} kills, ${repeated} steps done again, all workers back within ${(backMillis / 1000).toFixed(1)} s, ${steps} steps`;
  },
};
