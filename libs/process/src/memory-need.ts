import type { MemoryLimit } from './memory-limit.ts';

const MB = 1e6;

/** As control groups count it on Linux, Node 20: what a process has before it knows a network. Code, heap, the evaluating thread. */
const COORDINATOR_BYTES = 72 * MB;
/** Without sockets and pages. */
const LOCAL_BYTES = 60 * MB;
const WORKER_BYTES = 42 * MB;
/** The `train` that waits for the others. */
const SUPERVISOR_BYTES = 35 * MB;
/** A connection, what is under way on it, and what is known of its worker. */
const CONNECTION_BYTES = 6 * MB;
/** A computing thread: its heap and its stacks. */
const THREAD_BYTES = 8 * MB;

/** Buffers of the parameters' length: the weights', the sums, the evaluator's copies; a worker's frames both ways; a worker's own. */
const COORDINATOR_BUFFERS = 7;
const CONNECTION_BUFFERS = 9;
const WORKER_BUFFERS = 9;

/** What a run takes memory for. */
export interface MemoryUse {
  readonly parameterCount: number;
  /** What the optimizer and the moving average of the weights keep from step to step; nothing where left out. */
  readonly stateBytes?: number;
  /** Train and test rows, as they lie in memory. */
  readonly trainBytes: number;
  readonly testBytes: number;
  /** Workers that are connected at a time; 0 where one process trains. */
  readonly workers: number;
  /** Worker processes that `train` starts beside the coordinator, and the threads of each. */
  readonly here?: { readonly workers: number; readonly threads: number };
}

/** Bytes that a coordinator, and the workers beside it, need at least, about. */
export function coordinatorNeed(use: MemoryUse): number {
  const { parameterCount, stateBytes = 0, trainBytes, testBytes, workers, here } = use;
  const parameterBytes = 4 * parameterCount;
  const beside =
    here === undefined ? 0 : SUPERVISOR_BYTES + here.workers * workerNeed(parameterCount, here.threads);
  return (
    (workers === 0 ? LOCAL_BYTES : COORDINATOR_BYTES) +
    // The evaluating thread has the test rows for itself.
    trainBytes +
    2 * testBytes +
    COORDINATOR_BUFFERS * parameterBytes +
    stateBytes +
    workers * (CONNECTION_BYTES + CONNECTION_BUFFERS * parameterBytes) +
    beside
  );
}

/** Bytes that a worker process needs at least, about. */
export const workerNeed = (parameterCount: number, threads: number): number =>
  WORKER_BYTES + threads * THREAD_BYTES + WORKER_BUFFERS * 4 * parameterCount;

/** What there is to say before a coordinator trains where `limit` is too little, or is so for as many workers as may come. */
export function coordinatorShortage(
  limit: MemoryLimit | undefined,
  { use, maxWorkers }: { readonly use: MemoryUse; readonly maxWorkers: number },
): string | undefined {
  if (limit === undefined) return undefined;
  const need = coordinatorNeed(use);
  if (need > limit.bytes) {
    const withWorkers = use.workers === 0 ? '' : ` with ${use.workers} worker${use.workers === 1 ? '' : 's'}`;
    const less = use.here === undefined || use.here.workers < 2 ? '' : ', fewer --workers';
    return (
      `${tooLittle(limit)}, and this run${withWorkers} needs about ${inMb(need)}: the system may kill it without a word. ` +
      `Give its container or group ${inMb(roomy(need))} or more, or train with a smaller --hidden${less}`
    );
  }
  if (
    use.here !== undefined ||
    use.workers === 0 ||
    coordinatorNeed({ ...use, workers: maxWorkers }) <= limit.bytes
  )
    return undefined;
  const each = coordinatorNeed({ ...use, workers: use.workers + 1 }) - need;
  const count = use.workers + Math.floor((limit.bytes - need) / each);
  return (
    `${tooLittle(limit)}, which is room for about ${count} workers, and ${maxWorkers} may come: the system may kill it without a ` +
    `word then. Give its container or group ${inMb(roomy(coordinatorNeed({ ...use, workers: maxWorkers })))}, or start with --max-workers ${count}`
  );
}

/** The same for a worker. */
export function workerShortage(
  limit: MemoryLimit | undefined,
  { parameterCount, threads }: { readonly parameterCount: number; readonly threads: number },
): string | undefined {
  const need = workerNeed(parameterCount, threads);
  if (limit === undefined || need <= limit.bytes) return undefined;
  const less = threads === 1 ? '' : ', or start it with fewer --threads';
  return (
    `${tooLittle(limit)}, and this network with ${threads} thread${threads === 1 ? '' : 's'} needs about ${inMb(need)}: the system may kill ` +
    `this worker without a word. Give its container or group ${inMb(roomy(need))} or more${less}`
  );
}

const tooLittle = ({ bytes, source }: MemoryLimit): string =>
  `memory is limited to ${inMb(bytes)} (${source})`;

/** A quarter more than the least, in steps of 64 MB. */
const roomy = (bytes: number): number => Math.ceil((bytes * 1.25) / (64 * MB)) * 64 * MB;

const inMb = (bytes: number): string => `${Math.ceil(bytes / MB)} MB`;
