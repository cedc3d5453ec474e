import { basename } from 'node:path';
import { workerConfigOf, type CoordinatorLaunch } from '@lockstep/config';
import { coordinationDefaults, type CoordinationConfig } from '@lockstep/coordination';
import { coordinatorMessageLimits, workerMessageLimits, workerId } from '@lockstep/protocol';
import { runShapeOf } from '@lockstep/worker';
import type { Phase, RunCommands, RunNotice } from '@lockstep/metrics';
import { createSharedSlots } from '@lockstep/same-host';
import { Shell, type Run, type RunEnd } from '@lockstep/shell';
import type { FileSystem, FolderLock } from '@lockstep/storage';
import type { Channel } from '@lockstep/transport';
import { doorLimits } from './door/limits.ts';
import { Refusals } from './door/refusals.ts';
import { RunMetrics } from './health/run-metrics.ts';
import type { Identity } from './identity/identity.ts';
import type { ReservedPort } from './listen.ts';
import { isForThisMachine, joinLinks, placesOf, type Listening } from './links.ts';
import { PublicUrls } from './public/public-urls.ts';
import { leaveEnded, removeEnded } from './over/ended-file.ts';
import { linger, lingerSecondsOf } from './over/linger.ts';
import { openRunJournal } from './run-journal.ts';
import { startServer } from './server.ts';
import type { TerminalStops } from './terminal-stops.ts';
import { isToken } from './token.ts';
import { commandsFor } from './worker-command.ts';
import { commandsAfter } from './unsaved.ts';
import { ordersOf } from './viewers/orders.ts';
import { keepView } from './viewers/kept-view.ts';
import { unixMillis } from './viewers/run-feed.ts';
import { mayWatch } from './viewers/tokens.ts';
import { viewData } from './viewers/view-data.ts';
import { ViewerDoor } from './viewers/viewer-door.ts';
import { ViewerHub } from './viewers/viewer-hub.ts';

/** How long a line of the journal waits at most until it is written, so that little is missing when this process is killed. */
const FLUSH_MS = 100;
/** How often those who watch are told. */
const VIEW_EVERY_MS = 250;

const OVER: ReadonlySet<Phase> = new Set(['finished', 'diverged', 'stopped']);

export interface ClusterSetup {
  readonly run: Run;
  readonly folder: string;
  readonly lock: FolderLock;
  /** To write in the folder with. */
  readonly files: FileSystem;
  /** What others know this coordinator by, and where they find it. */
  readonly identity: Identity;
  readonly reserved: ReservedPort;
  /** That may take part at a time. */
  readonly mostWorkers: number;
  readonly launch: CoordinatorLaunch;
  notify(notice: RunNotice): void;
  /** Who else hears every notice, whoever gave it. */
  onNotice(listener: (notice: RunNotice) => void): void;
  /** Called once workers can connect. */
  onListening(server: Listening): void;
  /** Called when the run is over and everything of it is kept, before late workers are waited for. */
  onEnd(end: RunEnd): void;
  /** Called when the run is over and late workers are answered for so long. */
  onLingering(seconds: number): void;
  /** Resolves when the run must stop, with the reason. */
  readonly stopRequested: Promise<string>;
  /** Ctrl-Z and fg, where another process has the terminal. */
  readonly stops?: TerminalStops;
}

/** Trains with workers that connect over WebSockets. */
export async function trainWithWorkers({
  run,
  folder,
  lock,
  files,
  identity,
  reserved,
  mostWorkers,
  launch,
  notify,
  onNotice,
  onListening,
  onEnd,
  onLingering,
  stopRequested,
  stops,
}: ClusterSetup): Promise<RunEnd> {
  await run.catchUp();
  const { values } = launch.options;
  const { config, layout } = run.trainer;
  const place = { host: values.host, publicUrls: new PublicUrls(values.publicUrl) };
  const isLocal = isForThisMachine(place);
  const warn = (text: string): void => notify({ type: 'warning', text });
  const { tokens, tls } = identity;
  const limits = workerMessageLimits(runShapeOf(config));
  const longestFrame = Math.max(
    limits.maxFrameBytes,
    coordinatorMessageLimits(runShapeOf(config)).maxFrameBytes,
  );
  const now = (): number => Math.round(performance.now() * 1000);
  const metrics = new RunMetrics();
  const journal = await openRunJournal({
    ...{ folder, term: run.term, megabytes: values.journalMegabytes, now, notify },
    assertMine: () => lock.assertMine(),
    onLoss: (totalLines) => metrics.onJournalLoss(totalLines),
  });
  journal.append({ term: run.term, type: 'started', step: run.trainer.step });
  const kept = keepView({ run, folder, files, notify, onNotice, journal: metrics.tee(journal) });
  const { view, feed } = kept;
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
    configJson: JSON.stringify(workerConfigOf(config)),
    limits,
    asksToken: tokens.worker !== undefined,
    admits(given: string | undefined, channel: Channel) {
      const isAdmitted = tokens.worker === undefined || isToken(given, tokens.worker);
      if (isAdmitted || given !== undefined) server.judge(channel, isAdmitted);
      return isAdmitted;
    },
    after(delayMs: number, action: () => void) {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
    bytesFrom: (channel: Channel) => server.bytesFrom(channel),
    expectAnswer: (channel: Channel) => server.expectAnswer(channel),
    now: () => performance.now(),
    nextId: () => workerId(++lastId),
  };
  const coordination: CoordinationConfig = {
    ...coordinationDefaults,
    term: run.term,
    firstStep: run.trainer.step,
    totalSteps: run.lastStep,
    minWorkers: values.minWorkers,
    maxWorkers: mostWorkers,
    trainRows: config.dataset.trainRows,
    batchSize: config.batchSize,
    leafRows: config.leafRows,
    weightsBytes: layout.length * Float32Array.BYTES_PER_ELEMENT,
    rowBytes: config.dataset.featureCount,
    checkpointEvery: values.checkpointEvery,
  };
  const shell = new Shell({
    ...{ run, config: coordination, door, journal: feed, notify, now },
    watch: (fact) => feed.watch(fact),
  });
  stops?.onChange((isStopped) => (isStopped ? shell.pause('terminal') : shell.resume('terminal')));
  let commands: RunCommands = commandsFor(folder);
  onNotice((notice) => {
    if ('checkpoint' in notice) commands = commandsAfter(notice, folder);
    metrics.note(notice, performance.now());
  });
  const hub = new ViewerHub({
    view,
    admits: (role, shown) => mayWatch(tokens, role, shown),
    orders: ordersOf(shell),
    data: viewData({
      test: run.trainer.data.test,
      weights: () => ({ step: run.trainer.step, weights: run.trainer.weights }),
    }),
    // Who may only watch is not handed the workers' token.
    joinLinks: (role) => (role === 'admin' || tokens.worker === undefined ? joinLinks(listening) : []),
    commands: () => commands,
    now: unixMillis,
  });
  const viewers = new ViewerDoor(hub);
  // Before anybody is answered: who is refused for an old token looks here for the new one.
  await identity.keep(reserved.port);
  const server = await startServer({
    ...place,
    ports: identity.ports,
    reserved,
    warn,
    limits: doorLimits(limits.maxFrameBytes, coordination.maxWorkers),
    refusals,
    now: () => performance.now(),
    onConnection: (channel) => shell.connect(channel),
    shareMemory: () => createSharedSlots(longestFrame),
    viewers,
    tls,
    whyNotReady: () => (OVER.has(view.phase) ? 'the run is over' : undefined),
    metrics: (bytes) =>
      metrics.text({
        ...{ run: basename(folder), totalSteps: run.lastStep },
        live: () => view.live(unixMillis()),
        refusals: () => refusals.counts(),
        bytes: () => bytes,
        viewerCount: () => viewers.count,
      }),
    mayReadMetrics: (shown) => mayWatch(tokens, 'viewer', shown),
  });
  // Before anything else is waited for: who watched the last start may be here already.
  const places = placesOf(place, server.port, tls !== undefined);
  const listening: Listening = { ...place, port: server.port, tokens, tls, places, isLocal };
  if (run.trainer.step < run.lastStep) await removeEnded(folder, files);
  const teller = setInterval(() => hub.tick(), VIEW_EVERY_MS);
  const ticker = setInterval(() => shell.tick(), coordination.tickMicros / 1000);
  const flusher = setInterval(() => {
    refusals.tick();
    void journal.flush();
  }, FLUSH_MS);
  onListening(listening);
  let isOver = false;
  void stopRequested.then((reason) => (isOver ? undefined : shell.stop(reason)));
  try {
    const end = await shell.ended;
    isOver = true;
    onEnd(end);
    if (end.type === 'stopped') return end;
    await leaveEnded(folder, end, files, warn);
    const seconds = lingerSecondsOf(values.linger, launch.isSupervised);
    if (seconds > 0) onLingering(seconds);
    await linger(seconds, stopRequested);
    return end;
  } finally {
    clearInterval(ticker);
    clearInterval(teller);
    clearInterval(flusher);
    await server.close();
    await kept.close();
    journal.append({ term: run.term, type: 'door', refusals: refusals.totals() });
    await journal.close();
  }
}
