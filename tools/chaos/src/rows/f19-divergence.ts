import path from 'node:path';
import type { JournalEntry } from '@lockstep/journal';
import { JournalTail } from '../lab/journal-tail.ts';
import { must, mustEqual } from '../lab/wait.ts';
import type { Row } from '../row.ts';

export const divergence: Row = {
  id: 'F19',
  title: 'an honest run diverges',
  load: 6,
  seconds: 10,
  async run(lab) {
    const ends: unknown[] = [];
    for (const workers of ['0', '1', '2', '3']) {
      const out = path.join(lab.folder, `run-${workers}`);
      const common = ['train', '--format', 'json', '--port', '0', '--workers', workers, '--out', out];
      const train = lab.lockstep([
        ...common,
        ...lab.smallRun({ lr: '1e6' }),
        '--checkpoint-every',
        '1',
        '--max-steps',
        '1000',
      ]);
      await train.mustExit(5);
      const said = /diverged at step (\d+): .* start again with a smaller --lr/.exec(train.stderr);
      must(said !== null, `it said ${train.stderr}`);
      const { step, checkpoint } = train.lines.findLast(({ type }) => type === 'diverged')!;
      mustEqual(Number(said[1]), step, 'the step it names');
      const evaluated = lab.lockstep(['evaluate', String(checkpoint), '--format', 'json']);
      await evaluated.mustExit(0);
      ends.push([step, evaluated.lines.at(-1)!['weightsSha256']]);
      const entries: readonly JournalEntry[] = new JournalTail(out).read();
      const blamed = entries.filter(({ type, verdict }) => type === 'worker-struck' || verdict === 'invalid');
      must(blamed.length === 0, `somebody was blamed: ${JSON.stringify(blamed[0])}`);
      const finished = entries.findLast(({ type }) => type === 'finished');
      must(workers === '0' || finished?.['reason'] === 'diverged', 'the journal does not say so');
    }
    must(
      new Set(ends.map((end) => JSON.stringify(end))).size === 1,
      `the ends differ: ${JSON.stringify(ends)}`,
    );
    return `diverged at step ${String((ends[0] as unknown[])[0])} with 0, 1, 2 and 3 workers, the same last finite weights, nobody struck`;
  },
};
