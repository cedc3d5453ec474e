import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, EXIT, exitOnSignal, type ExitCode, type WorkerLaunch } from '@lockstep/config';
import { createNodeBackend } from '@lockstep/math-native';
import { memoryHeaders, openSharedSlots } from '@lockstep/same-host';
import {
  openChannel,
  ReceivedMemory,
  SlotChannel,
  WorkerClient,
  type Channel,
  type ChunkSource,
} from '@lockstep/transport';
import { BACKEND_PROOF, PROOF_HEAP_BYTES, proveBackend } from '@lockstep/worker';
import { describer } from './describe.ts';
import { startTeam } from './team.ts';
import { watchLine } from './watch-line.ts';
import { WebSocket } from 'ws';

export { runBench } from './bench/run-bench.ts';

/** No frame of any run is longer; the run's own limit is checked once it is known. */
const MAX_FRAME_BYTES = 1024 * 1024 * 1024;

/**
 * A worker process: proves its backend, joins, works until the run is over or it is told to leave by SIGTERM or SIGINT.
 * @returns the exit status: 0 also when it left cleanly
 * @throws errors whose message is for people (`describeFailure`)
 */
export async function runWorker(launch: WorkerLaunch): Promise<ExitCode> {
  const url = checkedUrl(launch.url);
  const { backend, warning } = await createNodeBackend(launch.backend, {
    heapBytes: PROOF_HEAP_BYTES,
    proof: BACKEND_PROOF,
  });
  if (warning !== undefined && launch.isTalkative) say(warning);
  const goldenDigest = proveBackend(backend);
  const wake = new AbortController();
  let hasGivenUp = false;
  const patience = new Patience(launch.giveUpAfter, () => {
    hasGivenUp = true;
    leave('gave up');
  });
  const describe = describer();
  const client = new WorkerClient({
    identity: {
      name: launch.name,
      kind: 'process',
      engine: `node ${process.versions.node}`,
      backend: backend.description,
      threads: launch.threads,
      goldenDigest,
      ...(launch.token === undefined ? {} : { token: launch.token }),
    },
    createTeam: (config) => startTeam({ ...launch, config, backend: backend.name }),
    now: () => performance.now() * 1000,
    random: Math.random,
    sleep: (ms) => delay(ms, undefined, { signal: wake.signal }).catch(() => undefined),
    every(millis, action) {
      const timer = setInterval(action, millis);
      return () => clearInterval(timer);
    },
    connect: () => connect(url),
    notify(notice) {
      if (notice.type === 'welcomed') patience.stop();
      if (notice.type === 'disconnected') patience.start();
      if (launch.isTalkative) for (const line of describe(notice, url)) say(line);
    },
  });
  let signals = 0;
  const leave = (reason: string): void => {
    client.leave(reason);
    wake.abort();
  };
  const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (++signals > 1) process.exit(exitOnSignal(constants.signals[signal]));
    leave(signal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
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
      if (!hasGivenUp) return EXIT.done;
      throw new CommandError(
        EXIT.failed,
        `no coordinator answered at ${url} within ${launch.giveUpAfter} s: start one there, or check the address`,
      );
    case 'refused':
      throw new CommandError(EXIT.refused, `the coordinator at ${url} refused this worker: ${end.detail}`);
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

/**
 * The mask of a WebSocket client keeps scripts of hostile pages from writing bytes of their choice past a proxy. No script writes
 * here, and masking costs more than a millisecond a megabyte at both ends, so the mask is zero.
 */
const zeroMask = (mask: Buffer): void => void mask.fill(0);

async function connect(url: string): Promise<Channel> {
  const client = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    handshakeTimeout: 10_000,
    generateMask: zeroMask,
    headers: memoryHeaders(url),
  });
  client.on('upgrade', ({ socket }) => watchLine(client, socket));
  const line: ChunkSource = {
    on: (event, listener) => client.on('upgrade', ({ socket }) => socket.on(event, listener)),
  };
  return new SlotChannel(await openChannel(client, new ReceivedMemory(line, client)), openSharedSlots);
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['ws:', 'wss:'].includes(url.protocol)) {
    throw new CommandError(
      EXIT.usage,
      `${JSON.stringify(text)} is no coordinator's address: give one such as ws://127.0.0.1:7070`,
    );
  }
  return url.href;
}

const say = (text: string): void => void process.stderr.write(`lockstep worker: ${text}\n`);
