import type { BenchmarkCase } from '../benchmark-case.ts';
import { allocations } from '../contenders/allocations.ts';
import { coordinatorCpu } from '../contenders/coordinator-cpu.ts';
import { instantWorkers, MEGABYTES } from '../contenders/instant-workers.ts';
import { small } from './networks.ts';

/** Less than an epoch, after which the coordinator would evaluate. */
const STEPS = 200;

const trainArgs = (workers: number, threads: number): readonly string[] => [
  ...small.args,
  ...['--workers', String(workers), '--threads', String(threads), '--max-steps', String(STEPS)],
  ...['--checkpoint-every', '0'],
];

const MOST_BARE_ROUNDS = 1.4;

const clusters = [
  { name: '1 worker, 2 threads', workers: 1, threads: 2 },
  { name: '2 workers, 1 thread', workers: 2, threads: 1 },
];

/** The coordinator's processor time against what moving the same bytes takes at least. */
const cpu: BenchmarkCase = {
  name: `coordinator's processor time, ${small.name}`,
  unit: 'times a bare round',
  contenders: clusters.map(({ name, workers, threads }) =>
    coordinatorCpu(name, workers, trainArgs(workers, threads)),
  ),
  baseline: clusters[0]!.name,
  requirements: clusters.map(({ name }) => ({ kind: 'figure', contender: name, atMost: MOST_BARE_ROUNDS })),
};

const WORKER_COUNTS = [2, 3, 5, 8, 10, 64];

/** So short that there is a leaf for each of the workers. */
const LEAF_ROWS = 4;

/** The coordinator alone: how its step grows with the workers it serves. */
const instant: BenchmarkCase = {
  name: `coordinator's step with instant workers, ${small.name}`,
  unit: 'ms/step',
  contenders: WORKER_COUNTS.map((count) =>
    instantWorkers(`${count} workers`, count, [
      ...small.args,
      ...['--leaf-rows', String(LEAF_ROWS), '--checkpoint-every', '0'],
    ]),
  ),
  baseline: `${WORKER_COUNTS[0]} workers`,
  mostRounds: 3,
  line: { over: MEGABYTES, atMost: 1.25 },
};

const MOST_KILOBYTES = 64;

/** What the steady state allocates a step. */
const allocation: BenchmarkCase = {
  name: `allocated a step, apart from what is received, ${small.name}`,
  unit: 'KB/step',
  contenders: (['coordinator', 'worker'] as const).map((app) => allocations(app, app, trainArgs(1, 2))),
  baseline: 'coordinator',
  requirements: (['coordinator', 'worker'] as const).map((contender) => ({
    kind: 'figure',
    contender,
    atMost: MOST_KILOBYTES,
  })),
  mostRounds: 3,
};

/** What the coordinator takes beside the computing, which is the workers'. */
export const coordinatorCases: readonly BenchmarkCase[] = [cpu, instant, allocation];
