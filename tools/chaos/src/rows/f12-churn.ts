import { setTimeout as delay } from 'node:timers/promises';
import { paceOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const SECONDS = 60;
/** Workers at the start; there stay about as many. */
const WORKERS = 10;
/** When the coordinator is killed, in seconds. */
const COORDINATOR_KILLS = [20, 40];

export const churn: Row = {
  id: 'F12',
  title: `${WORKERS} workers: one comes, leaves or is killed every 0.5 to 2 s, the coordinator is killed twice, ${SECONDS} s`,
  load: 16,
  seconds: 75,
  async run(lab) {
    const trial = await Trial.start(lab, {
      settings: ['--checkpoint-every', '50'],
      workers: Array.from({ length: WORKERS }, (_, index) => `w${index + 1}`),
    });
    await trial.warm();
    const startedAt = performance.now();
    const counts = { joins: 0, leaves: 0, kills: 0 };
    let number = WORKERS;
    const joins: Promise<unknown>[] = [];
    const seconds = (): number => (performance.now() - startedAt) / 1000;
    const coordinatorKills = [...COORDINATOR_KILLS];
    while (seconds() < SECONDS) {
      await delay(500 + lab.random() * 1500); // the pace of the churn is the fault itself
      if (coordinatorKills.length > 0 && seconds() > coordinatorKills[0]!) {
        coordinatorKills.shift();
        trial.coordinator.kill('SIGKILL');
        await trial.coordinator.exit;
        await trial.resume();
        continue;
      }
      const names = [...trial.workers.keys()];
      const isJoin = names.length <= WORKERS / 2 || (names.length < WORKERS && lab.random() < 0.5);
      if (isJoin) {
        counts.joins++;
        joins.push(trial.startWorker(`w${++number}`));
        continue;
      }
      const name = names[Math.floor(lab.random() * names.length)]!;
      const { running } = trial.hand(name);
      trial.workers.delete(name);
      // A process that has not come so far as to take signals is killed by any.
      const isKill = lab.random() < 0.5 || !running.stderr.includes('joined');
      running.kill(isKill ? 'SIGKILL' : 'SIGTERM');
      if (isKill) counts.kills++;
      else counts.leaves++;
      if (!isKill) await running.mustExit(0);
    }
    await Promise.all(joins);
    const healthy = await paceOf(trial, 100);
    const steps = await trial.finish();
    const { commits } = trial.journal;
    must(commits > steps / 2, 'the journal has too few steps');
    return `${counts.joins} joins, ${counts.leaves} leaves, ${counts.kills} kills, ${COORDINATOR_KILLS.length} of the coordinator; step ${healthy.toFixed(1)} ms at the end, ${steps} steps`;
  },
};
