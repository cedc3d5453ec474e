/**
 * Checks the contract's functions over all 2^32 float32 numbers against float64, on every core, and that those of the wasm backend have
 * the bits of the reference.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createBackend } from '@lockstep/math';
import { type FunctionName, merge, type Range, scan, type ScanResult } from './scan.ts';
import { TRUTHS } from './truth.ts';

const HELP = `Usage: node tools/run.mjs kernels/check-functions [--only NAME] [--stride N] [--threads N]

Prints the largest error of each function in ulp (the spacing of float32 at the true value,
2^-149 in the subnormal range), and for how many arguments that of the wasm backend differs from
the reference. The contract allows 2 ulp.

  --only NAME   check this function alone: ${Object.keys(TRUTHS).join(', ')}
  --stride N    check every Nth bit pattern (default 1: all 2^32, some minutes of 16 cores each)
  --threads N   threads to use (default: one for each core)
  --help        print this

Exits 1 when an error exceeds 2 ulp or a bit differs.
`;

const ALL = 2 ** 32;
const LARGEST_ERROR_ULP = 2;
/** Ranges of bit patterns dealt one at a time, since some are cheaper than others. */
const PARTS = 256;

interface Task {
  readonly name: FunctionName;
  readonly range: Range;
}

async function serve(): Promise<void> {
  const { backend } = await createBackend('wasm', {
    heapBytes: (workerData as { heapBytes: number }).heapBytes,
  });
  parentPort!.on('message', ({ name, range }: Task) => {
    parentPort!.postMessage(scan(name, range, backend));
  });
}

/** Has the tasks computed by so many threads; the results come in the order they are finished. */
function compute(tasks: readonly Task[], threadCount: number): Promise<ScanResult[]> {
  const waiting = [...tasks];
  const results: ScanResult[] = [];
  return new Promise((resolve, reject) => {
    for (let i = 0; i < Math.min(threadCount, tasks.length); i++) {
      const worker = new Worker(import.meta.filename, { workerData: { heapBytes: 2 ** 23 } });
      const deal = (): void => {
        const task = waiting.pop();
        if (task === undefined) void worker.terminate();
        else worker.postMessage(task);
      };
      worker.on('error', reject);
      worker.on('message', (result: ScanResult) => {
        results.push(result);
        if (results.length === tasks.length) resolve(results);
        deal();
      });
      deal();
    }
  });
}

async function check(name: FunctionName, stride: number, threadCount: number): Promise<boolean> {
  const size = Math.ceil(ALL / PARTS / stride) * stride;
  const tasks: Task[] = [];
  for (let from = 0; from < ALL; from += size) {
    tasks.push({ name, range: { from, to: Math.min(ALL, from + size), stride } });
  }
  const { checked, worstUlp, worstAt, differingBits } = merge(await compute(tasks, threadCount));
  process.stdout.write(
    `${name}: ${checked} arguments, largest error ${worstUlp.toFixed(4)} ulp at ${worstAt}; wasm differs for ${differingBits}\n`,
  );
  return worstUlp <= LARGEST_ERROR_ULP && differingBits === 0;
}

function chosen(only: string | undefined): readonly FunctionName[] {
  const names = Object.keys(TRUTHS) as FunctionName[];
  if (only === undefined) return names;
  const found = names.filter((name) => name === only);
  if (found.length > 0) return found;
  throw new Error(`--only is "${only}"; it may be ${names.join(', ')}`);
}

function positiveInteger(text: string, flag: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${flag} is "${text}"; it must be an integer from 1`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      stride: { type: 'string', default: '1' },
      threads: { type: 'string', default: String(availableParallelism()) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const stride = positiveInteger(values.stride, 'stride');
  const threadCount = positiveInteger(values.threads, 'threads');
  let isRight = true;
  for (const name of chosen(values.only)) isRight = (await check(name, stride, threadCount)) && isRight;
  return isRight ? 0 : 1;
}

if (isMainThread) {
  process.exitCode = await main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    return 2;
  });
} else {
  await serve();
}
