import { lossOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

/** Where in a contribution of some 5,000 bytes the connection is reset. */
const CUTS = [1, 100, 2500, 4800];

export const connectionReset: Row = {
  id: 'F08',
  title: 'a connection is reset in the middle of a frame',
  load: 5,
  seconds: 12,
  async run(lab) {
    const trial = await Trial.start(lab);
    await trial.warm();
    let most = 0;
    for (const bytes of CUTS) {
      const from = trial.journal.read().length;
      const number = trial.numberOf('one');
      await trial.hand('one').proxy.resetAfter(bytes);
      const loss = await lossOf(trial, number, from);
      must(loss.millisToLease < 1000, `its spans were leased again after ${loss.millisToLease} ms`);
      most = Math.max(most, loss.millisToLease);
      const isBack = (entry: { type: string; name?: unknown }): boolean =>
        entry.type === 'worker-entered' && entry.name === 'one';
      await trial.journal.entry('its return', isBack, { from: loss.index });
      await trial.journal.steps(20);
    }
    const damaged = trial.entriesOf('verdict').filter(({ verdict }) => verdict === 'invalid');
    must(damaged.length === 0, 'a part of a frame was taken for a message');
    const steps = await trial.finish();
    return `${CUTS.length} resets, spans leased again within ${most.toFixed(1)} ms, ${steps} steps`;
  },
};
