import type { BenchmarkCase, Contender } from '../benchmark-case.ts';
import { lockstepTrain } from '../contenders/lockstep-train.ts';

/** One epoch of 60,000 rows. */
const STEPS = 938;

const workers = (count: number): Contender =>
  lockstepTrain(`workers: ${count}`, 'samplesPerSecond', [
    ...['--workers', String(count), '--max-steps', String(STEPS)],
    ...['--hidden', '128', '--batch-size', '64', '--checkpoint-every', '0'],
  ]);

/** The specification's network, end to end: an epoch and its test, with the sockets and processes of a real run. */
export const trainMnist: BenchmarkCase = {
  name: 'train 784-128-10, batch 64, MNIST',
  unit: 'samples/s',
  contenders: [workers(0), workers(1), workers(2)],
  baseline: 'workers: 0',
  mostRounds: 3,
};
