import { paceOf } from '../lab/leases.ts';
import { timeOf } from '../lab/journal-tail.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

export const slowReader: Row = {
  id: 'F09',
  title: 'a worker reads 1 KB/s',
  load: 8,
  seconds: 35,
  async run(lab) {
    // 300 KB of weights a step: five minutes of reading, and nothing for the buffers of the system.
    const trial = await Trial.start(lab, {
      run: lab.smallRun({ hidden: '1024' }),
      workers: ['one', 'two', 'slow'],
    });
    await trial.warm();
    const before = await paceOf(trial, 60);
    const from = trial.journal.read().length;
    const number = trial.numberOf('slow');
    trial.hand('slow').proxy.down.bytesPerSecond = 1024;
    await trial.journal.steps(60); // the deadline of what it holds passes, and it is dealt nothing
    const during = await paceOf(trial, 100);
    must(
      during <= before * 1.1,
      `a step of the others takes ${during.toFixed(2)} ms, was ${before.toFixed(2)} ms`,
    );
    const isRefusal = (entry: { type: string; name?: unknown }): boolean =>
      entry.type === 'refused' && entry.name === 'slowReader';
    const refused = await trial.journal.entry('that it is closed', isRefusal, { from, timeoutMs: 60_000 });
    mustEqual(refused['code'], 4413, 'close code');
    const seconds = (timeOf(refused) - timeOf(trial.journal.entries[from]!)) / 1e6;
    const lost = await trial.journal.entry(
      'its loss',
      (entry) => entry.type === 'worker-lost' && entry['worker'] === number,
      { from },
    );
    must(timeOf(lost) - timeOf(refused) < 1e6, 'it was closed and not given up');
    trial.hand('slow').running.kill('SIGKILL');
    trial.workers.delete('slow');
    await trial.journal.steps(20);
    const grown = trial.growthMegabytes;
    const steps = await trial.finish();
    return `closed with 4413 after ${seconds.toFixed(1)} s, others' step ${before.toFixed(2)} -> ${during.toFixed(2)} ms, memory +${grown.toFixed(0)} MB, ${steps} steps`;
  },
};
