export { runDashboard } from './archive.ts';
export { terminalTarget } from './terminal-target.ts';
import { basename } from 'node:path';
import { EXIT, type CoordinatorLaunch, type ExitCode, type FinishedFigures } from '@lockstep/config';
import { describeDoubt, type NoticeOf, type RunNotice } from '@lockstep/metrics';
import { evaluationRowsOf, Run, type RunEnd } from '@lockstep/shell';
import { FolderCheckpoints, type StorageError } from '@lockstep/storage';
import { trainAlone } from './alone.ts';
import { lastResortOf } from './last-resort.ts';
import { trainWithWorkers, type ClusterSetup } from './cluster.ts';
import { printInvitation } from './invitation.ts';
import { nearUrl } from './links.ts';
import { DoubtFile } from './doubt.ts';
import { describeEnding, exitCodeOf, type Ending } from './ending.ts';
import { ThreadEvaluator } from './evaluation/thread-evaluator.ts';
import { prepareRun, type PreparedRun } from './prepare.ts';
import { dryRunOf, triedRates } from './instead.ts';
import { memoryShortage } from './memory-shortage.ts';
import { makeReporter, type ReportTarget } from './reporter.ts';
import { lingerSecondsOf } from './over/linger.ts';
import { settle } from './settle.ts';
import { stopSignals, type CutShort } from './stop-signals.ts';
import { commandsFor } from './worker-command.ts';
import type { TerminalStops } from './terminal-stops.ts';

/** What the process around the coordinator wants to know. */
export interface CoordinatorHooks {
  readonly target: ReportTarget;
  /** Workers can connect at `url`, on this machine. */
  onListening?(url: string, token: string | undefined, certificate: string | undefined): void;
  /** The run came to its end. */
  onFinished?(figures: FinishedFigures): void;
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
  const started: { run?: Run; ending?: Ending } = {};
  const signals = stopSignals(() => cutShort(started));
  const reporter = makeReporter(values.format, hooks.target, () => started.run?.meter);
  const listeners: ((notice: RunNotice) => void)[] = [(notice) => reporter.notify(notice)];
  const onNotice: ClusterSetup['onNotice'] = (listener) => void listeners.push(listener);
  const notify = (notice: RunNotice): void => listeners.forEach((listener) => listener(notice));
  const warn = (text: string): void => notify({ type: 'warning', text });
  if (values.format === 'text') hooks.target.err(`${openingLine(values)}\n`);
  const earlyShortage = memoryShortage(launch);
  if (earlyShortage !== undefined) warn(earlyShortage);
  const prepared = await prepareRun(launch.options, warn);
  const { config, trainer, folder, files, runId, initialWeights, disagreedAt } = prepared;
  const shortage = earlyShortage === undefined ? memoryShortage(launch, trainer) : undefined;
  if (shortage !== undefined) warn(shortage);
  if (values.dryRun || values.findRate) {
    prepared.abandon();
    signals.dispose();
    notify(startOf(prepared));
    notify(values.findRate ? await triedRates(trainer) : dryRunOf(trainer));
    return EXIT.done;
  }
  const { term, place, trace } = await settle(launch, prepared, warn);
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
  listeners.push((notice) => notice.type === 'finished' && hooks.onFinished?.(figuresOf(notice, folder)));
  notify(startOf(prepared));
  const evaluator = new ThreadEvaluator({
    config,
    ...evaluationRowsOf(trainer.data),
    backend: trainer.backend.name,
  });
  const checkpoints = new FolderCheckpoints(folder, {
    ...{ files, run: runId, keep: values.keepCheckpoints, warn, best: await prepared.settleBest() },
  });
  const checkpointSeconds = values.checkpointMinutes * 60;
  const run = new Run({
    ...{ trainer, evaluator, checkpoints, term, runId, checkpointSeconds, notify, now, disagreedAt },
    lastResort: lastResortOf(values.spareOut, { folder, warn, hurry: signals.requested }),
    ...(trace === undefined ? {} : { timeline: trace.timeline }),
  });
  started.run = run;
  // Whoever goes on after a kill has these weights from the run's own folder.
  if (initialWeights !== undefined) await run.checkpoint();
  const onEnd = (end: RunEnd): void => {
    const ending = { end, folder, disagreedAt: run.disagreedAt };
    started.ending = ending;
    // Whoever took the folder over goes on with the run: nothing of it is lost here.
    if (lost === undefined) describeEnding(ending).forEach((text) => hooks.target.err(`lockstep: ${text}\n`));
    if (end.type !== 'stopped' && values.format === 'text')
      hooks.target.err(`to see it again: ${commandsFor(folder).dashboard}\n`);
  };
  const end =
    place === undefined
      ? await trainAlone({
          ...{ run, folder, files, notify, now, onNotice, checkpointEvery: values.checkpointEvery },
          stopReason: () => signals.reason() ?? lost?.message,
        })
      : await trainWithWorkers({
          ...{ run, folder, files, launch, notify, onNotice, stopRequested, ...place },
          lock: prepared.lock,
          ...(hooks.stops === undefined ? {} : { stops: hooks.stops }),
          onListening(listening) {
            hooks.onListening?.(nearUrl(listening), listening.tokens.worker, listening.tls?.file);
            // To a run that is over, and waits for nobody, nobody is invited: its links are dead in a moment.
            const isDead =
              trainer.step >= run.lastStep && lingerSecondsOf(values.linger, launch.isSupervised) === 0;
            if (!isDead) printInvitation(hooks.target, { ...listening, launch });
          },
          onEnd,
          onLingering: (seconds) =>
            hooks.target.err(
              `the run is over: workers that come late are told so for ${seconds} s (Ctrl-C ends this)\n`,
            ),
        });
  if (place === undefined) onEnd(end);
  evaluator.close();
  await trace?.close();
  await doubt.close();
  signals.dispose();
  prepared.lock.release();
  if (lost !== undefined) throw lost;
  return exitCodeOf({ end, folder, disagreedAt: run.disagreedAt }, signals.reason());
}

const startOf = (prepared: PreparedRun): NoticeOf<'started'> => {
  const { config, trainer, folder, resumedFrom, initialWeights } = prepared;
  return {
    type: 'started',
    run: basename(folder),
    out: folder,
    config,
    backend: trainer.backend.description,
    step: trainer.step,
    stepsPerEpoch: trainer.stepsPerEpoch,
    ...(resumedFrom === undefined ? {} : { resumedFrom }),
    ...(initialWeights === undefined ? {} : { initialWeights }),
  };
};

const figuresOf = (finished: NoticeOf<'finished'>, out: string): FinishedFigures => {
  const { testAccuracy, testLoss, testMetrics, weightsSha256, averageSha256 } = finished;
  return {
    ...{ out, testAccuracy, testLoss, weightsSha256 },
    ...(testMetrics !== undefined && { testMetrics }),
    ...(averageSha256 !== undefined && { averageSha256 }),
  };
};

/** What a second signal ends, now. */
function cutShort({ run, ending }: { readonly run?: Run; readonly ending?: Ending }): CutShort {
  // Everything that could be kept is, and was told: only late workers are waited for.
  if (ending !== undefined) return { status: exitCodeOf(ending) };
  if (run === undefined) return {};
  return { lost: `a checkpoint of step ${run.trainer.step}: --resume auto goes on from the one before` };
}
