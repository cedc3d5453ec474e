import type { BenchmarkCase } from '../benchmark-case.ts';
import { lockstepTrain } from '../contenders/lockstep-train.ts';
import { torchStep } from '../contenders/torch.ts';
import { large, small, type MeasuredNetwork } from './networks.ts';

const DDP = 'PyTorch DDP, gloo, 2 processes';
const TORCH = 'PyTorch, 1 process, 2 threads';
const THREADS = 'Lockstep, 1 worker, 2 threads';
const PROCESSES = 'Lockstep, 2 workers, 1 thread';

/** Of DDP's time, and of that of PyTorch in one process with two threads. */
interface Bounds {
  readonly threads: number;
  readonly threadsAim: number;
  readonly processes: number;
  readonly torch: number;
  readonly torchAim: number;
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
      { kind: 'time', contender: THREADS, against: TORCH, atMost: bounds.torch },
      { kind: 'time', contender: THREADS, against: TORCH, atMost: bounds.torchAim, isAim: true },
      { kind: 'time', contender: PROCESSES, against: DDP, atMost: bounds.processes },
    ],
  };
};

export const distributedSteps: readonly BenchmarkCase[] = [
  distributed(small, 200, { threads: 0.65, threadsAim: 0.6, processes: 1, torch: 1, torchAim: 0.9 }),
  distributed(large, 40, { threads: 0.9, threadsAim: 0.85, processes: 1.15, torch: 1, torchAim: 0.9 }),
];
