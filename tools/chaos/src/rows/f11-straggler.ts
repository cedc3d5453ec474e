import { leasesOf, paceOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { waitingWorker } from '../lab/waiting-worker.ts';
import { must } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const MILLIS_PER_ROW = 0.5;

export const straggler: Row = {
  id: 'F11',
  title: 'one of four workers becomes 10 times slower',
  load: 6,
  seconds: 15,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: [] });
    const names = ['one', 'two', 'three', 'four'];
    const hands = await Promise.all(
      names.map((name) => waitingWorker(lab, trial.port, name, MILLIS_PER_ROW)),
    );
    await trial.warm();
    const before = await paceOf(trial, 40);
    const from = trial.journal.read().length;
    const slow = hands[0]!;
    const number = String(slow.worker.welcome!.worker);
    slow.millisPerRow = 10 * MILLIS_PER_ROW;
    const isSecond = (entry: { type: string }): boolean =>
      leasesOf(entry as never).length > 0 &&
      ['overdue', 'speculative'].includes(String((entry as never)['purpose']));
    const second = await trial.journal.entry('a second lease of its span', isSecond, { from });
    const isCompared = (entry: { type: string }): boolean => entry.type === 'contribution-match';
    const during = await paceOf(trial, 60);
    const compared = await trial.journal.entry('that two answers were compared', isCompared, { from });
    must(trial.entriesOf('contribution-mismatch').length === 0, 'two honest answers differ');
    slow.worker.socket.terminate();
    const isLoss = (entry: { type: string; worker?: unknown }): boolean =>
      entry.type === 'worker-lost' && entry.worker === number;
    await trial.journal.entry('its loss', isLoss, { from });
    await trial.journal.steps(20);
    const without = await paceOf(trial, 60);
    must(
      during <= 1.5 * without,
      `a step takes ${during.toFixed(1)} ms with it and ${without.toFixed(1)} ms without`,
    );
    for (const { worker } of hands) worker.socket.terminate();
    await trial.addWorker('last');
    const steps = await trial.finish();
    const purpose = String(second['purpose']);
    return `second lease (${purpose}), compared in step ${String(compared['step'])}; step ${before.toFixed(1)} -> ${during.toFixed(1)} ms, ${without.toFixed(1)} ms without it (${(during / without).toFixed(2)} times), ${steps} steps`;
  },
};
