export { runDashboard } from './archive.ts';
export { terminalTarget } from './terminal-target.ts';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { EXIT, type CoordinatorLaunch, type ExitCode } from '@lockstep/config';
import { describeDoubt, type RunNotice } from '@lockstep/metrics';
import { Run, trainLocally, type RunEnd } from '@lockstep/shell';
import { assertWritable, FolderCheckpoints, type StorageError } from '@lockstep/storage';
import { lastResortOf } from './last-resort.ts';
import { trainWithWorkers } from './cluster.ts';
import { printInvitation } from './invitation.ts';
import { nearUrl } from './links.ts';
import { DoubtFile } from './doubt.ts';
import { ThreadEvaluator } from './evaluation/thread-evaluator.ts';
import { prepareRun } from './prepare.ts';
import { memoryShortage } from './memory-shortage.ts';
import { makeReporter, type ReportTarget } from './reporter.ts';
import { settle } from './settle.ts';
import { exitOf, stopSignals } from './stop-signals.ts';
import type { TerminalStops } from './terminal-stops.ts';
import { TraceFile } from './trace-file.ts';
import { describeUnsaved } from './unsaved.ts';

/** What the process around the coordinator wants to know. */
export interface CoordinatorHooks {
  readonly target: ReportTarget;
  /** Workers can connect at `url`, on this machine. */
  onListening?(url: string, token: string | undefined, certificate: string | undefined): void;
  /** A terminal that stops the run, and lets it go on; left out where it stops this process itself. */
  readonly stops?: TerminalStops;
}

/** What is said before the data are read: on a slow disk that takes a while. */
const openingLine = ({ resume, dataset }: CoordinatorLaunch['options']['values']): string =>
  resume === undefined ? `reading ${dataset}` : 'reading the checkpoint and its data';

/**
 * Runs a training job to its end and returns its exit status.
 * @throws errors whose message is for people (`describeFailure`)
 */
export async function runCoordinator(launch: CoordinatorLaunch, hooks: CoordinatorHooks): Promise<ExitCode> {
  const { values } = launch.options;
  const now = (): number => performance.now() / 1000;
  const started: { run?: Run; isOver?: boolean } = {};
  const signals = stopSignals(() => unsavedOf(started));
  const reporter = makeReporter(values.format, hooks.target, () => started.run?.meter);
  const listeners: ((notice: RunNotice) => void)[] = [(notice) => reporter.notify(notice)];
  // However it ended: everything that could be kept is.
  listeners.push(({ type }) => {
    if (type === 'finished' || type === 'stopped' || type === 'diverged') started.isOver = true;
  });
  const notify = (notice: RunNotice): void => listeners.forEach((listener) => listener(notice));
  const warn = (text: string): void => notify({ type: 'warning', text });
  const trace = values.trace === undefined ? undefined : new TraceFile(values.trace, warn);
  if (values.spareOut !== undefined) assertWritable(values.spareOut);
  if (values.format === 'text') hooks.target.err(`${openingLine(values)}\n`);
  const earlyShortage = memoryShortage(launch);
  if (earlyShortage !== undefined) warn(earlyShortage);
  const prepared = await prepareRun(launch.options, warn);
  const { config, trainer, folder, files, runId, resumedFrom, disagreedAt } = prepared;
  const shortage = earlyShortage === undefined ? memoryShortage(launch, trainer) : undefined;
  if (shortage !== undefined) warn(shortage);
  const { term, place } = await settle(launch, prepared, warn);
  // A folder that is lost to another start is as good a reason to stop as a signal.
  let lost: StorageError | undefined;
  const stopRequested = Promise.race([
    signals.requested,
    prepared.lock.lost.then((error) => {
      lost = error;
      return 'the folder was taken over';
    }),
  ]);
  const doubt = new DoubtFile(folder, files, warn);
  listeners.push((notice) => notice.type === 'disagreed' && doubt.note(notice.step));
  if (disagreedAt !== undefined) warn(describeDoubt(disagreedAt));
  notify({
    type: 'started',
    run: basename(folder),
    out: folder,
    config,
    backend: trainer.backend.description,
    step: trainer.step,
    stepsPerEpoch: trainer.stepsPerEpoch,
    ...(resumedFrom === undefined ? {} : { resumedFrom }),
  });
  const evaluator = new ThreadEvaluator({ config, test: trainer.data.test, backend: trainer.backend.name });
  const checkpoints = new FolderCheckpoints(folder, { files, run: runId, keep: values.keepCheckpoints });
  const checkpointSeconds = values.checkpointMinutes * 60;
  const run = new Run({
    ...{ trainer, evaluator, checkpoints, term, runId, checkpointSeconds, notify, now, disagreedAt },
    lastResort: lastResortOf(values.spareOut, { folder, warn, hurry: signals.requested }),
    ...(trace === undefined ? {} : { timeline: trace.timeline }),
  });
  started.run = run;
  // Whoever goes on after a kill has these weights from the run's own folder.
  if (prepared.isGivenWeights) await run.checkpoint();
  const end =
    place === undefined
      ? await trainLocally(run, {
          stopReason: () => signals.reason() ?? lost?.message,
          now,
          checkpointEvery: values.checkpointEvery,
          yieldTurn: () => setImmediate(),
        })
      : await trainWithWorkers({
          ...{ run, folder, files, launch, notify, stopRequested, ...place },
          lock: prepared.lock,
          ...(hooks.stops === undefined ? {} : { stops: hooks.stops }),
          onNotice: (listener) => void listeners.push(listener),
          onListening(listening) {
            hooks.onListening?.(nearUrl(listening), listening.tokens.worker, listening.tls?.file);
            printInvitation(hooks.target, { ...listening, launch });
          },
          onLingering: (seconds) =>
            hooks.target.err(
              `the run is over: workers that come late are told so for ${seconds} s (Ctrl-C ends this)\n`,
            ),
        });
  evaluator.close();
  await trace?.close();
  await doubt.close();
  signals.dispose();
  prepared.lock.release();
  // Whoever took the folder over goes on with the run: nothing of it is lost here.
  if (lost !== undefined) throw lost;
  return exitCodeOf(end, signals.reason(), {
    folder,
    disagreedAt: run.disagreedAt,
    target: hooks.target,
  });
}

function exitCodeOf(
  end: RunEnd,
  signal: NodeJS.Signals = 'SIGINT',
  {
    folder,
    disagreedAt,
    target,
  }: { readonly folder: string; readonly disagreedAt: number | undefined; readonly target: ReportTarget },
): ExitCode {
  const unsaved = describeUnsaved(end, folder);
  if (disagreedAt !== undefined) target.err(`lockstep: ${describeDoubt(disagreedAt)}\n`);
  if (end.type === 'diverged') {
    const kept = unsaved === undefined ? ' (the checkpoint of the last finite weights is kept)' : '';
    target.err(
      `lockstep: diverged at step ${end.step}: the loss or the weights are no longer finite; ` +
        `start again with a smaller --lr${kept}\n`,
    );
  }
  if (unsaved !== undefined) {
    target.err(`lockstep: ${unsaved}\n`);
    return EXIT.unsaved;
  }
  if (end.type === 'completed') return disagreedAt === undefined ? EXIT.done : EXIT.disagreed;
  if (end.type === 'diverged') return EXIT.diverged;
  return exitOf(signal);
}

/** What the end of this process would lose, now. */
function unsavedOf({
  run,
  isOver = false,
}: {
  readonly run?: Run;
  readonly isOver?: boolean;
}): string | undefined {
  if (run === undefined || isOver) return undefined;
  return `a checkpoint of step ${run.trainer.step}: --resume auto goes on from the one before`;
}
