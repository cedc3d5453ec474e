import { bestPaceOf, leasesOf, lossOf, mustKeepPace, paceOf, type Loss } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** Workers that are killed until one is killed with a span in its hands. */
const MOST_KILLS = 10;

export const workerKilled: Row = {
  id: 'F01',
  title: 'a worker is killed in mid-step',
  load: 5,
  seconds: 8,
  async run(lab) {
    // Spans that take milliseconds: everybody is dealt some.
    const run = lab.smallRun({ hidden: '64', 'batch-size': '1024' });
    const trial = await Trial.start(lab, { run });
    await trial.warm();
    const before = await paceOf(trial, 40);
    let loss = await lossOfKilled(trial, 'one');
    // One that has answered before the signal arrives has nothing that could be lost.
    for (let again = 2; loss.spans === 0; again++) {
      must(again <= MOST_KILLS, `${MOST_KILLS} killed workers had no span`);
      await trial.addWorker(`one-${again}`);
      await trial.journal.steps(20);
      loss = await lossOfKilled(trial, `one-${again}`);
    }
    const after = await bestPaceOf(trial, 40, 3);
    mustKeepPace(before, after, 3, 2);
    const steps = await trial.finish();
    return `${loss.spans} of its spans leased again in ${loss.millisToLease.toFixed(1)} ms, step ${before.toFixed(1)} -> ${after.toFixed(1)} ms, ${steps} steps`;
  },
};

/** Kills that worker as soon as it is dealt a span, which a newcomer is when it is known to be of use. */
async function lossOfKilled(trial: Trial, name: string): Promise<Loss> {
  const victim = trial.numberOf(name);
  const from = trial.journal.read().length;
  await trial.journal.entry(
    `a span for ${name}`,
    (entry) => entry['purpose'] === 'dealt' && leasesOf(entry).some(({ worker }) => worker === victim),
    { from, timeoutMs: 30_000 },
  );
  const { running } = trial.hand(name);
  running.kill('SIGKILL');
  const loss = await lossOf(trial, victim, from);
  must(loss.millisToLease < 1000, `its spans were leased again after ${loss.millisToLease} ms`);
  trial.lab.within(2000, 'the loss was told', running.endedAt!);
  trial.workers.delete(name);
  return loss;
}
