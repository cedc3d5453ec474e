export { terminalTarget } from './terminal-target.ts';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { EXIT, type CoordinatorLaunch, type ExitCode } from '@lockstep/config';
import { Run, trainLocally, type RunEnd } from '@lockstep/shell';
import { FolderCheckpoints } from '@lockstep/storage';
import { isLoopback, reachableHosts, urlOf } from './addresses.ts';
import { trainWithWorkers } from './cluster.ts';
import { ThreadEvaluator } from './evaluation/thread-evaluator.ts';
import { prepareRun } from './prepare.ts';
import { makeReporter, type ReportTarget } from './reporter.ts';
import { stopSignals } from './stop-signals.ts';

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
  const started: { run?: Run } = {};
  const reporter = makeReporter(values.format, hooks.target, () => started.run?.meter);
  const notify = reporter.notify.bind(reporter);
  const { config, trainer, folder, term, resumedFrom } = await prepareRun(launch.options, (text) =>
    notify({ type: 'warning', text }),
  );
  const signals = stopSignals();
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
  const checkpoints = new FolderCheckpoints(folder, undefined, values.keepCheckpoints);
  const checkpointSeconds = values.checkpointMinutes * 60;
  const run = new Run({ trainer, evaluator, checkpoints, term, checkpointSeconds, notify, now });
  started.run = run;
  const end = launch.isLocal
    ? await trainLocally(run, {
        stopReason: signals.reason,
        now,
        checkpointEvery: values.checkpointEvery,
        yieldTurn: () => setImmediate(),
      })
    : await trainWithWorkers({
        run,
        folder,
        launch,
        notify,
        stopRequested: signals.requested,
        onListening(port, token) {
          const [host = values.host] = reachableHosts(values.host);
          hooks.onListening?.(urlOf('ws', host, port), token);
          if (!launch.isSupervised || !isLoopback(values.host))
            printJoinCommands(hooks.target, {
              host: values.host,
              port,
              token,
              isGiven: launch.token !== undefined,
            });
        },
      });
  evaluator.close();
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

interface JoinFacts {
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  /** Whether the user gave the token; else it is made up, and told here. */
  readonly isGiven: boolean;
}

/** The commands that add a worker, ready to paste; on standard error, so that results stay alone on standard output. */
function printJoinCommands(target: ReportTarget, { host, port, token, isGiven }: JoinFacts): void {
  const hosts = reachableHosts(host);
  // What was given is known to whoever gave it, and standard error often ends in a log.
  const shown = isGiven ? '"$LOCKSTEP_TOKEN"' : token;
  const secret = token === undefined ? '' : `LOCKSTEP_TOKEN=${shown} `;
  const where = isLoopback(host) ? 'on this machine' : 'on this or another machine';
  const lines = hosts.map((name) => `  ${secret}npx lockstep worker ${urlOf('ws', name, port)}`);
  const fragment = token === undefined ? '' : `#token=${isGiven ? 'LOCKSTEP_TOKEN' : token}`;
  const pages = hosts.map((name) => `  ${urlOf('http', name, port)}/${fragment}`);
  target.err(`add a worker ${where}:\n${lines.join('\n')}\nor open in a browser:\n${pages.join('\n')}\n`);
}
