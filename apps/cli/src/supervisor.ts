import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism, constants } from 'node:os';
import {
  EXIT,
  type ChildMessage,
  type CoordinatorLaunch,
  type ExitCode,
  type FinishedFigures,
  type WorkerLaunch,
} from '@lockstep/config';
import { onEndingSignal } from '@lockstep/process';
import { processScript } from './apps.ts';

/** Times a worker process that died is started again, each. */
const MAX_RESTARTS = 3;
const RESTART_DELAY_MS = 1000;
/** How long children may take to end by themselves. */
const GRACE_MS = 3000;

/** Node 22.14 and later take it: no debugger by SIGUSR1, not even before a child's first line. */
const WITHOUT_DEBUGGER = process.allowedNodeEnvironmentFlags.has('--disable-sigusr1')
  ? ['--disable-sigusr1']
  : [];

type Listening = Extract<ChildMessage, { type: 'listening' }>;

export interface SupervisorSetup {
  readonly launch: CoordinatorLaunch;
  readonly workerCount: number;
  /** Threads of each worker that compute. */
  readonly threads: number;
  /** The run came to its end. */
  onFinished(figures: FinishedFigures): void;
}

/**
 * Starts a coordinator and its workers as processes and ends them together. Children notice by their channel to this process
 * when it is gone, however it went. They have their own process groups, so that Ctrl-C comes here alone and is passed on once.
 */
export class Supervisor {
  readonly #setup: SupervisorSetup;
  readonly #workers = new Map<string, ChildProcess>();
  #coordinator: ChildProcess | undefined;
  #isEnding = false;
  /** Another run may come after this one. */
  #forgetTerminal: () => void = () => undefined;
  /** Why a worker was refused: nothing that starting it again would change. */
  #refusal: ExitCode | undefined;

  constructor(setup: SupervisorSetup) {
    this.#setup = setup;
  }

  /** Runs to the end of the coordinator; its exit status is the result. */
  async run(): Promise<ExitCode> {
    const coordinator = start('coordinator', this.#setup.launch);
    this.#coordinator = coordinator;
    this.#passSignalsOn(coordinator);
    coordinator.on('message', (message: ChildMessage) => {
      if (message.type === 'listening') this.#startWorkers(message);
      if (message.type === 'finished') this.#setup.onFinished(message.figures);
    });
    const exitCode = await endOf(coordinator);
    this.#isEnding = true;
    await this.#endWorkers();
    this.#forgetTerminal();
    return exitCodeOf(exitCode as ExitCode, this.#refusal);
  }

  /** A child is ready for signals once it says so: before that, some of them would end it, or open Node's debugger. */
  #passSignalsOn(coordinator: ChildProcess): void {
    coordinator.once('message', () => {
      onEndingSignal((signal) => void coordinator.kill(signal));
      // Children have no terminal: the coordinator is told to stand still, and this process stops at once, without waiting for that.
      const stop = (): void => {
        coordinator.kill('SIGTSTP');
        process.kill(process.pid, 'SIGSTOP');
      };
      const goOn = (): void => void coordinator.kill('SIGCONT');
      process.on('SIGTSTP', stop).on('SIGCONT', goOn);
      this.#forgetTerminal = () => void process.off('SIGTSTP', stop).off('SIGCONT', goOn);
    });
  }

  #startWorkers({ url, token, certificate }: Listening): void {
    const { threads, workerCount, launch: ofCoordinator } = this.#setup;
    const { backend } = ofCoordinator.options.values;
    const ownsCores = workerCount * threads === availableParallelism();
    for (let number = 1; number <= workerCount; number++) {
      const secret = token === undefined ? {} : { token };
      const name = `worker-${number}`;
      const place = ownsCores ? { firstCore: (number - 1) * threads } : {};
      const launch = { url, name, backend, threads, ...place, isTalkative: false, ...secret };
      void this.#keepWorker(launch, certificate);
    }
  }

  /** Starts a worker, and again when it dies. */
  async #keepWorker(launch: WorkerLaunch, certificate: string | undefined): Promise<void> {
    for (let restarts = 0; restarts <= MAX_RESTARTS; restarts++) {
      const worker = start('worker', launch, certificate);
      this.#workers.set(launch.name, worker);
      const [exitCode, isRemoved] = await Promise.all([endOf(worker), isRemovedBy(worker)]);
      this.#workers.delete(launch.name);
      if (this.#isEnding) return;
      const what = afterEnd(exitCode, isRemoved);
      if (what === 'nothing') return;
      if (what === 'go-on') return this.#goOnWithout(launch);
      if (what === 'give-up') return this.#giveUp(EXIT.refused);
      process.stderr.write(`lockstep: ${launch.name} ended with status ${exitCode}, starting it again\n`);
      await new Promise((resolve) => setTimeout(resolve, RESTART_DELAY_MS));
      if (this.#isEnding) return;
    }
    process.stderr.write(
      `lockstep: ${launch.name} ended ${MAX_RESTARTS + 1} times and is not started again\n`,
    );
    if (this.#workers.size === 0) this.#giveUp(EXIT.failed);
  }

  /** One that was removed stays away. */
  #goOnWithout({ name, url, token }: WorkerLaunch): void {
    const secret = token === undefined ? '' : ' and its token in LOCKSTEP_TOKEN';
    const wait =
      this.#workers.size > 0
        ? ''
        : `; it was the last one here: without others the run waits for one, which "node bin/lockstep.mjs worker ${url}"${secret} adds (Ctrl-C ends the run)`;
    process.stderr.write(`lockstep: ${name} was removed and is not started again${wait}\n`);
  }

  #giveUp(exitCode: ExitCode): void {
    this.#refusal = exitCode;
    this.#coordinator?.kill('SIGTERM');
  }

  async #endWorkers(): Promise<void> {
    const workers = [...this.#workers.values()];
    const ends = Promise.all(workers.map((worker) => endOf(worker)));
    for (const worker of workers) worker.kill('SIGTERM');
    const timer = setTimeout(() => workers.forEach((worker) => worker.kill('SIGKILL')), GRACE_MS);
    await ends;
    clearTimeout(timer);
  }
}

/**
 * What is done when a worker has ended by itself: a run goes on without one that the administrator removed, but not when a worker is
 * refused, as all the others then are.
 */
export function afterEnd(
  exitCode: number,
  isRemoved: boolean,
): 'nothing' | 'go-on' | 'give-up' | 'start-again' {
  if (isRemoved) return 'go-on';
  if (exitCode === EXIT.done) return 'nothing';
  return exitCode === EXIT.refused ? 'give-up' : 'start-again';
}

/**
 * The exit status of the whole: why a worker was refused says more than how the coordinator ended that was told to stop for it, but not
 * that the run's weights are not where they belong.
 */
export const exitCodeOf = (coordinator: ExitCode, refusal: ExitCode | undefined): ExitCode =>
  coordinator === EXIT.unsaved ? coordinator : (refusal ?? coordinator);

/**
 * Starts an app as a child process; it gets its launch when it says that it is ready.
 * @param certificate a file that it trusts, beside the authorities that everybody trusts
 */
function start(
  app: 'coordinator' | 'worker',
  launch: CoordinatorLaunch | WorkerLaunch,
  certificate?: string,
): ChildProcess {
  const trust = certificate === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificate };
  const child = fork(processScript(app), {
    ...{ stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true },
    env: { ...process.env, ...trust },
    execArgv: [...process.execArgv, ...WITHOUT_DEBUGGER],
  });
  child.once('message', () => child.send(launch));
  return child;
}

/** The exit status of `child`, by the shell's convention when a signal ended it. */
async function endOf(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once('exit', resolve));
  }
  return child.exitCode ?? 128 + constants.signals[child.signalCode ?? 'SIGTERM'];
}

/** Whether a worker says, before its channel closes, that the administrator sent it away. */
function isRemovedBy(worker: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    worker.on('message', ({ type }: ChildMessage) => type === 'removed' && resolve(true));
    worker.once('disconnect', () => resolve(false));
  });
}
