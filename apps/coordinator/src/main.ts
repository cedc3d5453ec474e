export { terminalTarget } from './terminal-target.ts';
import { basename } from 'node:path';
import { EXIT, type CoordinatorLaunch, type ExitCode } from '@lockstep/config';
import { isLoopback, reachableHosts, urlOf } from './addresses.ts';
import { trainWithWorkers } from './cluster.ts';
import { loadDataset } from './dataset.ts';
import { trainLocally } from './local-run.ts';
import { makeReporter, type ReportTarget } from './reporter.ts';
import { findResumption } from './resume.ts';
import { freshRunConfig, resumedRunConfig } from './run-config.ts';
import { openRunFolder } from './run-folder.ts';
import { Run, type RunEnd } from './run.ts';
import { stopSignals } from './stop-signals.ts';
import { nextTerm } from './term.ts';
import { Trainer } from './trainer.ts';

/** What the process around the coordinator wants to know. */
export interface CoordinatorHooks {
  readonly target: ReportTarget;
  /** Workers can connect at `url`, on this machine. */
  onListening?(url: string, token: string | undefined): void;
}

/**
 * Runs a training job to its end and returns its exit status.
 * @throws errors whose message is for people (`describeFailure`)
 */
export async function runCoordinator(launch: CoordinatorLaunch, hooks: CoordinatorHooks): Promise<ExitCode> {
  const { values } = launch.options;
  const now = (): number => performance.now() / 1000;
  let run: Run | undefined;
  const reporter = makeReporter(values.format, hooks.target, () => run?.meter);
  const resumption = values.resume === undefined ? undefined : findResumption(values.resume, values.out);
  resumption?.warnings.forEach((text) => reporter.notify({ type: 'warning', text }));
  if (values.resume === 'auto' && resumption === undefined) {
    reporter.notify({ type: 'warning', text: 'no checkpoint to go on from: this run starts from nothing' });
  }

  const isDatasetGiven = launch.options.sources.dataset !== 'default';
  const datasetName = isDatasetGiven ? values.dataset : (resumption?.config.dataset.name ?? values.dataset);
  const data = loadDataset(datasetName);
  const config =
    resumption === undefined
      ? freshRunConfig(values, data)
      : resumedRunConfig(resumption.config, launch.options, data, resumption.file);
  const isResumed = values.resume !== undefined;
  const folder = await openRunFolder(values.out ?? resumption?.folder, config, { isResumed, now: new Date() });
  const term = await nextTerm(folder, resumption?.checkpoint.term ?? 0);
  const trainer = await Trainer.create(config, data, values.backend, resumption?.checkpoint);

  const signals = stopSignals();
  const notify = reporter.notify.bind(reporter);
  notify({
    type: 'started',
    run: basename(folder),
    out: folder,
    config,
    backend: trainer.backend.description,
    step: trainer.step,
    stepsPerEpoch: trainer.stepsPerEpoch,
    ...(resumption === undefined ? {} : { resumedFrom: resumption.file }),
  });
  run = new Run({ trainer, folder, term, notify, now });
  const end = launch.isLocal
    ? await trainLocally(run, { stopReason: signals.reason, now, checkpointEvery: values.checkpointEvery })
    : await trainWithWorkers({
        run,
        launch,
        notify,
        stopRequested: signals.requested,
        onListening(port, token) {
          const [host = values.host] = reachableHosts(values.host);
          hooks.onListening?.(urlOf('ws', host, port), token);
          if (!launch.isSupervised) printJoinCommands(hooks.target, { host: values.host, port, token });
        },
      });
  signals.dispose();
  return exitCodeOf(end, signals.reason(), hooks.target);
}

function exitCodeOf(end: RunEnd, signal: string | undefined, target: ReportTarget): ExitCode {
  if (end.type === 'completed') return EXIT.done;
  if (end.type === 'stopped') return signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  target.err(
    `lockstep: diverged at step ${end.step}: the loss or the weights are no longer finite; ` +
      'start again with a smaller --lr (the checkpoint of the last finite weights is kept)\n',
  );
  return EXIT.diverged;
}

/** The commands that add a worker, ready to paste; on standard error, so that results stay alone on standard output. */
function printJoinCommands(
  target: ReportTarget,
  { host, port, token }: { readonly host: string; readonly port: number; readonly token: string | undefined },
): void {
  const hosts = reachableHosts(host);
  const secret = token === undefined ? '' : `LOCKSTEP_TOKEN=${token} `;
  const where = isLoopback(host) ? 'on this machine' : 'on this or another machine';
  const lines = hosts.map((name) => `  ${secret}npx lockstep worker ${urlOf('ws', name, port)}`);
  const fragment = token === undefined ? '' : `#token=${token}`;
  const pages = hosts.map((name) => `  ${urlOf('http', name, port)}/${fragment}`);
  target.err(`add a worker ${where}:\n${lines.join('\n')}\nor open in a browser:\n${pages.join('\n')}\n`);
}
