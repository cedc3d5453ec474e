import { join } from 'node:path';
import { expect, it } from 'vitest';
import { coordinator, lockstep, temporaryFolder, trained } from './testing/processes.ts';

/** Optimizers that keep something from step to step: tensors, a number in float64, and what averages and schedules keep beside them. */
const RUNS: readonly (readonly [string, readonly string[]])[] = [
  ['NAdam, which keeps a product too, clipped', ['--optimizer', '{"type": "nadam", "clipNorm": 0.5}']],
  [
    'AMSGrad with a schedule, dropout and a moving average of the weights',
    [
      ...['--optimizer', '{"type": "adam", "amsgrad": true}', '--schedule', 'cosine'],
      ...['--dropout', '0.2', '--ema', '0.9'],
    ],
  ],
  ['Muon over accumulated mini-batches', ['--optimizer', 'muon', '--accumulate', '2']],
];

it.each(RUNS)(
  'a run by %s ends with the same bits when workers and coordinator are killed',
  async (_, given) => {
    const args = [...given, '--hidden', '24', '--activation', 'relu', '--max-steps', '1000'];
    const out = join(temporaryFolder(), 'run');
    const kept = [...args, '--checkpoint-every', '20', '--out', out];
    const first = await coordinator([...kept, '--min-workers', '2']);
    const killed = lockstep(['worker', first.url, '--name', 'killed']);
    lockstep(['worker', first.url, '--name', 'other']);
    await first.running.line('checkpoint', ({ step }) => step === 20);
    killed.child.kill('SIGKILL');
    await first.running.line('checkpoint', ({ step }) => Number(step) >= 100);
    first.running.child.kill('SIGKILL');
    await first.running.exit;

    const second = await coordinator([...kept, '--resume', 'auto']);
    lockstep(['worker', second.url, '--name', 'new']);
    const ended = await second.running.finished();
    expect(Number(second.running.lines[0]!['step'])).toBeGreaterThanOrEqual(100);
    const alone = await trained(...args, '--workers', '0');
    const identity = ({ weightsSha256, averageSha256 }: typeof alone) => ({ weightsSha256, averageSha256 });
    expect(identity(ended)).toEqual(identity(alone));
  },
);
