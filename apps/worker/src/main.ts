import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, EXIT, exitOnSignal, type ExitCode, type WorkerLaunch } from '@lockstep/config';
import { createNodeBackend } from '@lockstep/math-native';
import { layoutOf } from '@lockstep/nn';
import { CLOSE_CODES } from '@lockstep/protocol';
import { engineName, memoryLimit, onEndingSignal, workerShortage } from '@lockstep/process';
import { WorkerClient } from '@lockstep/transport';
import { BACKEND_PROOF, PROOF_HEAP_BYTES, proveBackend } from '@lockstep/worker';
import { describer } from './describe.ts';
import { createTeam } from './team.ts';
import { addressOf, type CoordinatorAddress } from './way/address.ts';
import { connect } from './way/connect.ts';
import { ConnectFailure } from './way/connect-failure.ts';
import { Persistence, TRIES } from './way/persistence.ts';
import { tokenSource } from './way/token-source.ts';

/** How a session ends that was sent away in its midst: who is not let in hears a refusal's own code. */
const SENT_AWAY = String(CLOSE_CODES.refused.code);
/** One order to end may come several times at once, from a terminal and a shell. */
const SAME_ORDER_MS = 500;

export { runBench } from './bench/run-bench.ts';

/**
 * A worker process: proves its backend, joins, works until the run is over or it is told to leave by a signal.
 * @param onRemoved tells whoever started it that the administrator sent it away; where it is left out, that is an error for people
 * @returns the exit status: 0 also when it left cleanly
 * @throws errors whose message is for people (`describeFailure`)
 */
export async function runWorker(launch: WorkerLaunch, onRemoved?: () => Promise<void>): Promise<ExitCode> {
  const address = addressOf(launch.url);
  const { shown } = address;
  hideArguments(address);
  const token = tokenSource(address.token === undefined ? launch : { token: address.token }, say);
  if (address.token !== undefined && launch.token !== undefined && address.token !== launch.token)
    say('the token of the link counts, not LOCKSTEP_TOKEN');
  const { backend, warning } = await createNodeBackend(launch.backend, {
    heapBytes: PROOF_HEAP_BYTES,
    proof: BACKEND_PROOF,
  });
  if (warning !== undefined && launch.isTalkative) say(warning);
  const goldenDigest = proveBackend(backend);
  const wake = new AbortController();
  let hasGivenUp = false;
  /** Why there is no use in trying on. */
  let hopeless: Error | undefined;
  let lastCause: unknown;
  const now = (): number => performance.now();
  const patience = new Patience(launch.giveUpAfter, () => {
    hasGivenUp = true;
    leave('gave up');
  });
  const persistence = new Persistence(now);
  const describe = describer(now);
  const client = new WorkerClient({
    identity: {
      name: launch.name,
      kind: 'process',
      engine: engineName(),
      backend: backend.description,
      threads: launch.threads,
      goldenDigest,
    },
    token,
    createTeam(config) {
      const shortage = workerShortage(memoryLimit(), {
        parameterCount: layoutOf(config.model).length,
        threads: launch.threads,
      });
      if (shortage !== undefined && launch.isTalkative) say(shortage);
      return createTeam({ ...launch, config, backend: backend.name });
    },
    now: () => performance.now() * 1000,
    random: Math.random,
    sleep: (ms) => delay(ms, undefined, { signal: wake.signal }).catch(() => undefined),
    every(millis, action) {
      const timer = setInterval(action, millis);
      return () => clearInterval(timer);
    },
    connect: () => connect(address),
    notify(notice) {
      if (notice.type === 'welcomed') {
        patience.stop();
        persistence.onWelcome();
      }
      if (notice.type === 'disconnected') patience.start();
      if (notice.type === 'retrying') {
        lastCause = notice.retry.cause;
        hopeless = persistence.onFailure(lastCause);
        if (hopeless !== undefined) return leave('cannot connect');
      }
      if (launch.isTalkative) for (const line of describe(notice, shown)) say(line);
    },
  });
  let signalledAt: number | undefined;
  const leave = (reason: string): void => {
    client.leave(reason);
    wake.abort();
  };
  onEndingSignal((signal) => {
    const now = performance.now();
    signalledAt ??= now;
    if (now - signalledAt >= SAME_ORDER_MS) process.exit(exitOnSignal(constants.signals[signal]));
    leave(signal);
  });
  process.on('disconnect', () => leave('the process that started it ended'));

  patience.start();
  const end = await client.run();
  patience.stop();
  switch (end.type) {
    case 'finished':
      if (launch.isTalkative) {
        say(
          `the run is over (${end.finished.reason}) at step ${end.finished.step}, weights ${end.finished.weightsSha256}`,
        );
      }
      return EXIT.done;
    case 'left':
      if (hopeless !== undefined)
        throw new CommandError(EXIT.refused, `gave up after ${TRIES} tries: ${hopeless.message}`);
      if (!hasGivenUp) return EXIT.done;
      throw new CommandError(
        EXIT.failed,
        `no coordinator let this worker in at ${shown} within ${launch.giveUpAfter} s: ${reasonOf(lastCause)}`,
      );
    case 'refused':
      if (end.code === SENT_AWAY && onRemoved !== undefined) {
        await onRemoved();
        return EXIT.refused;
      }
      throw new CommandError(EXIT.refused, `the coordinator at ${shown} refused this worker: ${end.detail}`);
    case 'failed':
      throw end.error;
  }
}

/** Calls `giveUp` when a worker has been without a coordinator for `seconds`; never when that is undefined. */
class Patience {
  readonly #seconds: number | undefined;
  readonly #giveUp: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(seconds: number | undefined, giveUp: () => void) {
    this.#seconds = seconds;
    this.#giveUp = giveUp;
  }

  start(): void {
    if (this.#seconds === undefined) return;
    this.#timer ??= setTimeout(this.#giveUp, this.#seconds * 1000);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** A link that was pasted holds a secret, and the arguments of a process are there for every user of the machine to see. */
function hideArguments({ shown, token, authorization }: CoordinatorAddress): void {
  if (token !== undefined || authorization !== undefined) process.title = `lockstep worker ${shown}`;
}

const reasonOf = (cause: unknown): string =>
  cause instanceof ConnectFailure ? cause.message : 'start one there, or check the address';

const say = (text: string): void => void process.stderr.write(`lockstep worker: ${text}\n`);
