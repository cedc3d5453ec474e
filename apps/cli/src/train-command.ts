import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  CommandError,
  EXIT,
  type ExitCode,
  type FinishedFigures,
  type Resolved,
  type trainOptions,
} from '@lockstep/config';
import { loadCoordinator } from './apps.ts';
import { assertPermitted } from './permitted.ts';
import { seedTable, statisticsOf, type SeedRun } from './seed-statistics.ts';
import { seedsGoOnBy } from './seeds-go-on.ts';
import { Supervisor } from './supervisor.ts';
import { tokensFromEnvironment } from './token.ts';

type Given = Resolved<typeof trainOptions>;

/** `lockstep train`: with workers, a coordinator and worker processes under supervision; without, one process and no sockets. */
export async function runTrain(given: Given): Promise<ExitCode> {
  refuseIdle(given);
  const { workers, seeds } = given.values;
  if (workers > 0) assertPermitted('train', 'fsync', 'child', 'worker', 'net');
  else assertPermitted('train', 'fsync', 'worker');
  return seeds.length === 0 ? trainOnce(given, () => undefined) : trainSeeds(given);
}

/** @throws {CommandError} exit 2 for settings that say nothing, or wait for ever */
function refuseIdle({ values, sources }: Given): void {
  const { workers, minWorkers, seeds, resume, out } = values;
  if (workers > 0 && minWorkers > workers) {
    throw new CommandError(
      EXIT.usage,
      `--min-workers ${minWorkers} would wait forever for --workers ${workers}: lower the one or raise the other`,
    );
  }
  if (workers === 0 && sources.minWorkers !== 'default') {
    throw new CommandError(
      EXIT.usage,
      '--workers 0 trains without workers, so --min-workers says nothing: leave it out',
    );
  }
  if (workers === 0 && sources.threads !== 'default') {
    throw new CommandError(
      EXIT.usage,
      '--workers 0 computes in one thread of one process, so --threads says nothing: leave it out, or use --workers 1',
    );
  }
  if (seeds.length === 0) return;
  if (sources.seed !== 'default') {
    throw new CommandError(
      EXIT.usage,
      '--seeds names the seed of each run, so --seed says nothing: leave one of them out',
    );
  }
  if (resume !== undefined && (resume !== 'auto' || out === undefined)) {
    throw new CommandError(
      EXIT.usage,
      `--seeds goes on with runs in folders of their own below --out: give --resume auto --out DIR, the DIR they were begun with`,
    );
  }
  if (new Set(seeds).size < seeds.length) {
    throw new CommandError(
      EXIT.usage,
      `--seeds ${seeds.join(',')} names a seed twice: two runs of one seed are the same`,
    );
  }
}

/**
 * A run for each seed: with `--resume auto`, those that were begun go on. Where one does not end as it should the rest is not begun, and
 * its exit status is that of all.
 */
async function trainSeeds({ values, sources }: Given): Promise<ExitCode> {
  const { seeds, out, format, dryRun, findRate } = values;
  const runs: SeedRun[] = [];
  // A run that goes on has to be of the seed that its folder is called after.
  const ofSeed = { ...sources, seed: sources.seeds };
  for (const seed of seeds) {
    const place = out === undefined ? {} : { out: join(out, `seed-${seed}`) };
    const exitCode = await trainOnce({ values: { ...values, ...place, seed }, sources: ofSeed }, (figures) =>
      runs.push({ seed, ...figures }),
    );
    if (exitCode !== EXIT.done) {
      if (!dryRun && !findRate) process.stderr.write(`lockstep: ${seedsGoOnBy(seeds, seed, out)}\n`);
      return exitCode;
    }
  }
  if (dryRun || findRate) return EXIT.done;
  process.stdout.write(
    format === 'json'
      ? `${JSON.stringify({ type: 'seeds', runs, figures: statisticsOf(runs) })}\n`
      : `\n${seedTable(runs)}`,
  );
  return EXIT.done;
}

async function trainOnce(
  { values, sources }: Given,
  onFinished: (figures: FinishedFigures) => void,
): Promise<ExitCode> {
  const { workers, threads, seeds: _seeds, ...coordinatorValues } = values;
  const { workers: _workers, threads: _threads, seeds: _seedsSource, ...coordinatorSources } = sources;
  const options = { values: coordinatorValues, sources: coordinatorSources };
  // What trains nothing starts nobody, and needs no port.
  if (workers === 0 || values.dryRun || values.findRate) {
    const { runCoordinator, terminalTarget } = await loadCoordinator();
    const launch = { options, isLocal: true, isSupervised: true };
    return runCoordinator(launch, { target: terminalTarget(), onFinished });
  }
  const threadsEach = threads ?? coresEach(workers);
  const launch = {
    ...{ options, isLocal: false, isSupervised: true, ...tokensFromEnvironment() },
    workersHere: { workers, threads: threadsEach },
  };
  return new Supervisor({ launch, workerCount: workers, threads: threadsEach, onFinished }).run();
}

/** Threads a worker gets when nobody says: its share of this machine's cores. */
const coresEach = (workers: number): number => Math.max(1, Math.floor(availableParallelism() / workers));
