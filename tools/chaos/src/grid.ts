/** Trains a grid of configurations through the kill of a worker and of the coordinator, and compares each with a single process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gridRuns, type GridRun } from './grid/settings.ts';
import { Lab } from './lab/lab.ts';
import { Trial } from './lab/trial.ts';

const SEED = 14;
const STEPS = 20;

const HELP = `Usage: node tools/run.mjs chaos/grid [-- --runs COUNT] [--only NUMBER]

Samples configurations by a fixed seed, every kind of activation, loss, optimizer, schedule and
normalisation at least three times in sixty. Each is trained by three workers, of which one is killed, then the
coordinator; ${STEPS} steps after each; its sha256 has to be that of a single process.

  --runs COUNT    how many (default: 60)
  --only NUMBER   that one alone, counted from 1
  --help          print this
`;

/** One run of the grid, from its start to the comparison. */
async function trainThrough({ flags }: GridRun, shared: string, seed: number): Promise<number> {
  const lab = new Lab(shared, seed);
  let isPassed = false;
  try {
    const trial = await Trial.start(lab, {
      run: [...lab.smallRun({ 'leaf-rows': '8' }), ...flags],
      settings: ['--checkpoint-every', '10'],
    });
    await trial.warm();
    trial.hand('one').running.kill('SIGKILL');
    trial.workers.delete('one');
    await trial.journal.steps(STEPS);
    trial.coordinator.kill('SIGKILL');
    await trial.coordinator.exit;
    await trial.resume();
    await trial.journal.steps(STEPS);
    const steps = await trial.finish();
    isPassed = true;
    return steps;
  } finally {
    await lab.close(!isPassed);
  }
}

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '60' }, only: { type: 'string' }, help: { type: 'boolean' } },
});

if (values.help === true) {
  process.stdout.write(HELP);
} else {
  const shared = mkdtempSync(path.join(tmpdir(), 'lockstep-grid-'));
  const runs = gridRuns(Number(values.runs), SEED);
  const chosen = runs.map((run, index) => ({ run, number: index + 1 }));
  let [equal, tried] = [0, 0];
  for (const { run, number } of chosen) {
    if (values.only !== undefined && Number(values.only) !== number) continue;
    tried++;
    try {
      const steps = await trainThrough(run, shared, number);
      equal++;
      console.log(`${number} equal after ${steps} steps: ${run.text}`);
    } catch (error) {
      console.log(`${number} FAILED: ${run.text}\n  ${(error as Error).message}`);
    }
  }
  console.log(`${equal} of ${tried} equal`);
  rmSync(shared, { recursive: true, force: true });
  process.exitCode = equal === tried ? 0 : 1;
}
