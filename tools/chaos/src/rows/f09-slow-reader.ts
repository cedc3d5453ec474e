import type { JournalEntry } from '@lockstep/journal';
import { bestPaceOf, slowdownOf } from '../lab/leases.ts';
import { timeOf } from '../lab/journal-tail.ts';
import { Trial } from '../lab/trial.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

export const slowReader: Row = {
  id: 'F09',
  title: 'a worker reads 1 KB/s',
  load: 20, // alone: a tenth is easily lost beside other rows
  seconds: 25,
  async run(lab) {
    // 300 KB of weights a step: five minutes of reading, and nothing for the buffers of the system.
    const trial = await Trial.start(lab, {
      run: lab.smallRun({ hidden: '1024' }),
      workers: ['one', 'two', 'slow'],
    });
    await trial.warm();
    const number = trial.numberOf('slow');
    let from = 0;
    let refused: JournalEntry | undefined;
    const { usual, during, ratio } = await slowdownOf(trial, { count: 100 }, async () => {
      from = trial.journal.read().length;
      trial.hand('slow').proxy.down.bytesPerSecond = 1024;
      await trial.journal.steps(60); // the deadline of what it holds passes, and it is dealt nothing
      const pace = await bestPaceOf(trial, 100, 3);
      const isRefusal = ({ type, name }: { type: string; name?: unknown }): boolean =>
        type === 'refused' && name === 'slowReader';
      refused = await trial.journal.entry('that it is closed', isRefusal, { from, timeoutMs: 60_000 });
      trial.hand('slow').running.kill('SIGKILL');
      trial.workers.delete('slow');
      return pace;
    });
    must(
      ratio <= 1.1,
      `a step of the others takes ${during.toFixed(2)} ms, otherwise ${usual.toFixed(2)} ms`,
    );
    must(refused !== undefined, 'it was not closed');
    mustEqual(refused['code'], 4413, 'close code');
    const seconds = (timeOf(refused) - timeOf(trial.journal.entries[from]!)) / 1e6;
    const lost = await trial.journal.entry(
      'its loss',
      (entry) => entry.type === 'worker-lost' && entry['worker'] === number,
      { from },
    );
    must(timeOf(lost) - timeOf(refused) < 1e6, 'it was closed and not given up');
    const grown = trial.growthMegabytes;
    const steps = await trial.finish();
    return `closed with 4413 after ${seconds.toFixed(1)} s, others' step ${usual.toFixed(2)} -> ${during.toFixed(2)} ms, memory +${grown.toFixed(0)} MB, ${steps} steps`;
  },
};
