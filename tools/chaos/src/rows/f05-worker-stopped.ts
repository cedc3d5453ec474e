import { stepMillis } from '../lab/journal-tail.ts';
import { bestPaceOf, lossOf, mustKeepPace, paceOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

export const workerStopped: Row = {
  id: 'F05',
  title: 'a worker is stopped (SIGSTOP) and goes on (SIGCONT)',
  load: 5,
  seconds: 12,
  async run(lab) {
    const trial = await Trial.start(lab);
    await trial.warm();
    const before = await paceOf(trial, 40);
    const from = trial.journal.read().length;
    const number = trial.numberOf('one');
    const { running } = trial.hand('one');
    const stoppedAt = performance.now();
    running.kill('SIGSTOP');
    const loss = await lossOf(trial, number, from, 10_000);
    const lostMillis = lab.within(3000, 'it was dropped', stoppedAt);
    // What it held when it fell silent kept one step from its end until others computed it.
    const longest = Math.max(...stepMillis(trial.journal.entries.slice(from, loss.index)));
    must(longest < 3000, `a step took ${Math.round(longest)} ms for the span it held`);
    must(loss.millisToLease < 1000, `its spans were leased again after ${loss.millisToLease} ms`);
    const during = await bestPaceOf(trial, 40, 3);
    mustKeepPace(before, during, 3, 2);
    const contAt = performance.now();
    running.kill('SIGCONT');
    const isBack = ({ type, name }: { type: string; name?: unknown }): boolean =>
      type === 'worker-entered' && name === 'one';
    await trial.journal.entry('its return', isBack, { from: loss.index, timeoutMs: 31_000 });
    const backMillis = performance.now() - contAt;
    await paceOf(trial, 40);
    const late = trial
      .entriesOf('verdict', loss.index)
      .filter(({ worker, verdict }) => worker === number && verdict === 'accepted');
    must(late.length === 0, 'something it sent after it was dropped counted');
    const steps = await trial.finish();
    return `the longest step meanwhile ${Math.round(longest)} ms, dropped in ${Math.round(lostMillis)} ms, back ${Math.round(backMillis)} ms after SIGCONT, step ${before.toFixed(1)} -> ${during.toFixed(1)} ms, ${steps} steps`;
  },
};
