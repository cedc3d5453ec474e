/** Trains as `lockstep train` does and tells where its processes spend their time, or allocate. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { probeEnvironment } from './contenders/probed-train.ts';
import { inTemporaryFolder, trainOnce } from './contenders/train-process.ts';
import { cpuShares, heapShares, type CpuProfile, type HeapNode, type Share } from './probe/profile.ts';
import { formatFigure } from './table.ts';

const HELP = `Usage: node tools/run.mjs bench/profile [--heap] [--top <count>] -- <arguments of lockstep train>

Prints for the coordinator and each worker, of its main thread, the functions that took the most processor time by
themselves; with --heap those that allocated the most objects. It begins half a second after the first message, so let it
train for some seconds:

  node tools/run.mjs bench/profile -- --hidden 512,256 --batch-size 256 --max-steps 600 --workers 1`;

/** What the probe writes. */
interface Recorded {
  /** How long it was recorded. */
  readonly millis: number;
  readonly profile: CpuProfile | { readonly head: HeapNode };
}

function print(name: string, shares: readonly Share[], steps: number, unit: string, top: number): void {
  const total = shares.reduce((sum, { amount }) => sum + amount, 0);
  console.log(`\n${name}: ${formatFigure(total / 1000 / steps)} ${unit} a step`);
  for (const { where, amount } of shares.slice(0, top)) {
    const percent = ((100 * amount) / total).toFixed(1).padStart(5);
    console.log(`  ${percent} %  ${formatFigure(amount / 1000 / steps).padStart(8)}  ${where}`);
  }
}

async function profile(args: readonly string[], isHeap: boolean, top: number): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const kind = isHeap ? 'heap-profile' : 'cpu-profile';
    const { step, stepMillis } = await trainOnce(args, probeEnvironment(kind, folder));
    console.log(`${step} steps, median ${formatFigure(stepMillis)} ms`);
    for (const file of (await readdir(folder)).filter((name) => /^(?:coordinator|worker)-/.test(name))) {
      const recorded = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Recorded;
      const shares =
        'head' in recorded.profile ? heapShares(recorded.profile.head) : cpuShares(recorded.profile);
      print(path.parse(file).name, shares, recorded.millis / stepMillis, isHeap ? 'KB' : 'ms', top);
    }
  });
}

const { values, positionals } = parseArgs({
  options: { heap: { type: 'boolean' }, top: { type: 'string' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.help) console.log(HELP);
else await profile(positionals, values.heap ?? false, Number(values.top ?? 25));
