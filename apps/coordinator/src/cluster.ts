import { basename, join } from 'node:path';
import type { CoordinatorLaunch } from '@lockstep/config';
import { coordinationDefaults, type CoordinationConfig } from '@lockstep/coordination';
import { workerId, workerMessageLimits } from '@lockstep/protocol';
import type { RunNotice } from '@lockstep/metrics';
import { Shell, type Run, type RunEnd } from '@lockstep/shell';
import { Journal } from '@lockstep/storage';
import type { Channel } from '@lockstep/transport';
import { isLoopback } from './addresses.ts';
import { doorLimits } from './door/limits.ts';
import { Refusals } from './door/refusals.ts';
import { startServer } from './server.ts';
import { isToken, makeToken } from './token.ts';

/** How often deadlines are looked at. */
const TICK_MS = 50;
/** How long a line of the journal waits at most until it is written, so that little is missing when this process is killed. */
const FLUSH_MS = 100;
/** Workers that compute at a time. */
const MAX_WORKERS = 256;

export interface ClusterSetup {
  readonly run: Run;
  readonly folder: string;
  readonly launch: CoordinatorLaunch;
  notify(notice: RunNotice): void;
  /** Called once workers can connect. */
  onListening(port: number, token: string | undefined): void;
  /** Resolves when the run must stop, with the reason. */
  readonly stopRequested: Promise<string>;
}

/** Trains with workers that connect over WebSockets. */
export async function trainWithWorkers({
  run,
  folder,
  launch,
  notify,
  onListening,
  stopRequested,
}: ClusterSetup): Promise<RunEnd> {
  const { values } = launch.options;
  const { config, layout } = run.trainer;
  const token = isLoopback(values.host) ? launch.token : (launch.token ?? makeToken());
  const limits = workerMessageLimits({
    parameterCount: layout.length,
    featureCount: config.dataset.featureCount,
    maxRowCount: config.batchSize,
  });
  const now = (): number => Math.round(performance.now() * 1000);
  const journal = await Journal.open(join(folder, 'journal.ndjson'), {
    now,
    onLoss: ({ error, totalLines }) =>
      notify({ type: 'warning', text: `${totalLines} lines of the journal are lost: ${error.message}` }),
  });
  journal.append({ term: run.term, type: 'started', step: run.trainer.step });
  const refusals = new Refusals({
    append: (entry) => journal.append({ term: run.term, ...entry }),
    onFirst: ({ code, reason }, address) =>
      notify({
        type: 'warning',
        text: `turned away a connection from ${address} (${code}: ${reason}); the journal counts further ones`,
      }),
    now: () => performance.now(),
  });
  let lastId = 0;
  const door = {
    term: run.term,
    run: basename(folder),
    configJson: JSON.stringify(config),
    limits,
    asksToken: token !== undefined,
    admits(given: string | undefined, channel: Channel) {
      const isAdmitted = token === undefined || isToken(given, token);
      if (isAdmitted || given !== undefined) server.judge(channel, isAdmitted);
      return isAdmitted;
    },
    after(delayMs: number, action: () => void) {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
    nextId: () => workerId(++lastId),
  };
  const coordination: CoordinationConfig = {
    ...coordinationDefaults,
    term: run.term,
    firstStep: run.trainer.step,
    totalSteps: config.totalSteps,
    minWorkers: values.minWorkers,
    maxWorkers: Math.max(MAX_WORKERS, values.minWorkers),
    trainRows: config.dataset.trainRows,
    batchSize: config.batchSize,
    leafRows: config.leafRows,
    checkpointEvery: values.checkpointEvery,
  };
  const shell = new Shell({ run, config: coordination, door, journal, notify, now });
  const server = await startServer({
    host: values.host,
    port: values.port,
    limits: doorLimits(limits.maxFrameBytes, coordination.maxWorkers),
    refusals,
    now: () => performance.now(),
    onConnection: (channel) => shell.connect(channel),
  });
  const ticker = setInterval(() => shell.tick(), TICK_MS);
  const flusher = setInterval(() => {
    refusals.tick();
    void journal.flush();
  }, FLUSH_MS);
  onListening(server.port, token);
  void stopRequested.then((reason) => shell.stop(reason));
  try {
    return await shell.ended;
  } finally {
    clearInterval(ticker);
    clearInterval(flusher);
    await server.close();
    journal.append({ term: run.term, type: 'door', refusals: refusals.totals() });
    await journal.close();
  }
}
