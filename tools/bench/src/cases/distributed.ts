import type { BenchmarkCase } from '../benchmark-case.ts';
import { lockstepTrain } from '../contenders/lockstep-train.ts';
import { torchStep } from '../contenders/torch.ts';
import { large, small, type MeasuredNetwork } from './networks.ts';

const DDP = 'PyTorch DDP, gloo, 2 processes';
const TORCH = 'PyTorch, 1 process, 2 threads';
const THREADS = 'Lockstep, 1 worker, 2 threads';
const PROCESSES = 'Lockstep, 2 workers, 1 thread';

interface Bounds {
  readonly threads: number;
  readonly threadsAim: number;
  readonly processes: number;
}

/** Steps as a user trains, on two cores: sockets, leases, rows and checks included. @param steps of a run */
const distributed = ({ name, work, args }: MeasuredNetwork, steps: number, bounds: Bounds): BenchmarkCase => {
  const run = (title: string, workers: number, threads: number) =>
    lockstepTrain(title, 'stepMillis', [
      ...args,
      ...['--workers', String(workers), '--threads', String(threads), '--max-steps', String(steps)],
      ...['--checkpoint-every', '0'],
    ]);
  return {
    name: `distributed step, ${name}`,
    unit: 'ms/step',
    contenders: [
      torchStep(DDP, work, { ranks: 2, isCheckedAlone: true }),
      torchStep(TORCH, work, { threads: 2, isCheckedAlone: true }),
      run(THREADS, 1, 2),
      run(PROCESSES, 2, 1),
    ],
    baseline: DDP,
    requirements: [
      { kind: 'time', contender: THREADS, against: DDP, atMost: bounds.threads },
      { kind: 'time', contender: THREADS, against: DDP, atMost: bounds.threadsAim, isAim: true },
      { kind: 'time', contender: THREADS, against: TORCH, atMost: 1, isAim: true },
      { kind: 'time', contender: PROCESSES, against: DDP, atMost: bounds.processes },
    ],
  };
};

export const distributedSteps: readonly BenchmarkCase[] = [
  distributed(small, 200, { threads: 0.7, threadsAim: 0.6, processes: 1 }),
  distributed(large, 40, { threads: 0.95, threadsAim: 0.9, processes: 1.15 }),
];
