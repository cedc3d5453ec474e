import { bestPaceOf, lossOf, mustKeepPace, paceOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** The longest that a worker waits between two tries. */
const MOST_BACKOFF_MS = 30_000;

const WAYS = [
  ['both ways', ['up', 'down']],
  ['from the worker', ['up']],
  ['to the worker', ['down']],
] as const;

export const blackHole: Row = {
  id: 'F07',
  title: 'a black hole swallows the traffic of a worker, both ways and one way',
  load: 5,
  seconds: 25,
  async run(lab) {
    const trial = await Trial.start(lab);
    await trial.warm();
    const before = await paceOf(trial, 40);
    const { proxy } = trial.hand('one');
    const figures: string[] = [];
    for (const [name, directions] of WAYS) {
      const from = trial.journal.read().length;
      const number = trial.numberOf('one');
      const startedAt = performance.now();
      proxy.blackHole(...directions);
      const loss = await lossOf(trial, number, from, 10_000);
      const lostMillis = lab.within(3000, `${name}: it was dropped`, startedAt);
      must(loss.millisToLease < 1000, `${name}: its spans were leased again after ${loss.millisToLease} ms`);
      mustKeepPace(before, await bestPaceOf(trial, 40, 3), 3, 2);
      const healedAt = performance.now();
      proxy.heal();
      const isBack = (entry: { type: string; name?: unknown }): boolean =>
        entry.type === 'worker-entered' && entry.name === 'one';
      await trial.journal.entry(`${name}: its return`, isBack, {
        from: loss.index,
        timeoutMs: MOST_BACKOFF_MS + 1000,
      });
      const backMillis = performance.now() - healedAt;
      await trial.journal.steps(20);
      figures.push(`${name}: dropped in ${Math.round(lostMillis)} ms, back in ${Math.round(backMillis)} ms`);
    }
    const steps = await trial.finish();
    return `${figures.join('; ')}; ${steps} steps`;
  },
};
