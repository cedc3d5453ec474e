import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError, EXIT, type DashboardLaunch, type ExitCode, type RunConfig } from '@lockstep/config';
import type { Dataset } from '@lockstep/data';
import { RunView, type RunMemory } from '@lockstep/metrics';
import { layoutOf } from '@lockstep/nn';
import { datasetPlacesOf, findDataset, newestResumption } from '@lockstep/storage';
import { doorLimits } from './door/limits.ts';
import { Refusals } from './door/refusals.ts';
import { recallIdentity } from './identity/identity.ts';
import { dashboardLinks, describeFingerprint, isForThisMachine, placesOf, type Listening } from './links.ts';
import { PublicUrls } from './public/public-urls.ts';
import { readEnded, type Ended } from './over/ended-file.ts';
import { lateWorkers } from './over/late-workers.ts';
import type { ReportTarget } from './reporter.ts';
import { startServer } from './server.ts';
import { stopSignals } from './stop-signals.ts';
import { commandsFor } from './worker-command.ts';
import { unixMillis } from './viewers/run-feed.ts';
import { mayWatch } from './viewers/tokens.ts';
import { viewData, type ViewData } from './viewers/view-data.ts';
import { readViewFile } from './viewers/view-file.ts';
import { ViewerDoor } from './viewers/viewer-door.ts';
import { ViewerHub } from './viewers/viewer-hub.ts';

const TICK_MS = 1000;
/** A hello of a worker that asks in vain. */
const MOST_FRAME_BYTES = 64 * 1024;

/**
 * Shows a run from its folder, as its coordinator last showed it, until it is told to stop. Writes nothing there: the folder may be
 * somebody else's, or one that a coordinator is at work in.
 * @throws {CommandError} when there is nothing to show
 */
export async function runDashboard(
  { folder, options, viewToken }: DashboardLaunch,
  { target }: { readonly target: ReportTarget },
): Promise<ExitCode> {
  const memory = memoryOf(folder);
  const view = new RunView();
  view.recall(asFound(asEnded(memory), folder));
  const place = { host: options.host, publicUrls: new PublicUrls(options.publicUrl) };
  const isLocal = isForThisMachine(place);
  const warn = (text: string): void => target.err(`lockstep: ${text}\n`);
  const identity = await recallIdentity({
    ...{ folder, options, isLocal, warn, isPortGiven: true, isHostGiven: true, isOpen: false, isNew: false },
    given: { viewer: viewToken },
  });
  const { tokens, tls } = identity;
  const { resume, evaluate } = commandsFor(folder);
  const commands = { resume, evaluate };
  const hub = new ViewerHub({
    view,
    // Links of before stay true. An administrator's lets in too, and there is nothing left to order.
    admits: (role, shown) => role !== 'volunteer' && mayWatch(tokens, role, shown),
    orders: { run: () => undefined, worker: () => undefined },
    data: dataOf(folder, memory, options.dataset, warn),
    joinLinks: () => [],
    commands: () => commands,
    now: unixMillis,
  });
  const now = (): number => performance.now();
  const server = await startServer({
    ...{ ...place, ports: identity.ports, now, tls, warn },
    limits: doorLimits(MOST_FRAME_BYTES, 1),
    refusals: new Refusals({ append: () => undefined, onFirst: () => undefined, now }),
    onConnection: (channel) => answerLate(channel),
    viewers: new ViewerDoor(hub),
  });
  const answerLate = lateWorkers({
    facts: memory.facts,
    ended: readEnded(folder) ?? endedIn(memory),
    token: tokens.worker,
    judge: (channel, isAdmitted) => server.judge(channel, isAdmitted),
  });
  const places = placesOf(place, server.port, tls !== undefined);
  const listening: Listening = { ...place, port: server.port, tokens, tls, places, isLocal };
  const { viewer } = dashboardLinks(listening);
  target.err(`the run ${memory.facts.run}, as it was (Ctrl-C ends this):\n  ${viewer.join('\n  ')}\n`);
  if (tls?.fingerprint !== undefined) target.err(`${describeFingerprint(tls)}\n`);
  const ticker = setInterval(() => hub.tick(), TICK_MS);
  const signals = stopSignals();
  await signals.requested;
  clearInterval(ticker);
  await server.close();
  signals.dispose();
  return EXIT.done;
}

function memoryOf(folder: string): RunMemory {
  let memory: RunMemory | undefined;
  try {
    memory = readViewFile(folder);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') {
      const detail = `${folder} is no folder: give the one of its run, ${dirname(folder)}`;
      throw new CommandError(EXIT.usage, detail, { cause });
    }
    const mayNotRead = code === 'EACCES' || code === 'ERR_ACCESS_DENIED';
    const detail = `what was watched in ${folder} may not be read (${code}): allow it to this user, or to Node`;
    throw new CommandError(EXIT.failed, mayNotRead ? detail : message, { cause });
  }
  if (memory !== undefined) return memory;
  const what = existsSync(folder) ? 'holds nothing that was watched' : 'is not there';
  throw new CommandError(EXIT.usage, `${folder} ${what}: give the folder of a run, such as one below runs/`);
}

/** How a run ended that leaves no answer, as those of before did. */
function endedIn({ live: { ending, phase } }: RunMemory): Ended | undefined {
  if (ending === null || ending.weightsSha256 === '') return undefined;
  const { step, weightsSha256 } = ending;
  if (phase === 'finished') return { reason: 'completed', step, weightsSha256 };
  return phase === 'diverged' ? { reason: 'diverged', step, weightsSha256 } : undefined;
}

/** A run whose coordinator was killed has stopped, for whoever looks later. */
function asEnded(memory: RunMemory): RunMemory {
  const { live, savedAt } = memory;
  if (live.ending !== null) return memory;
  const ending = { step: live.step, at: savedAt, weightsSha256: '' };
  return { ...memory, live: { ...live, phase: 'stopped', ending } };
}

/** A run whose last weights were taken back into its folder, or computed again, has them. */
function asFound(memory: RunMemory, folder: string): RunMemory {
  const { live } = memory;
  if (live.ending?.unsaved === undefined || newestStepIn(folder) !== live.ending.step) return memory;
  const { unsaved: _, ...ending } = live.ending;
  return { ...memory, live: { ...live, ending } };
}

/** Of the good checkpoints in a run's folder; undefined where there is none. */
function newestStepIn(folder: string): number | undefined {
  try {
    return newestResumption(folder)?.checkpoint.step;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** The newest weights and the test rows, where they can be had; what is missing is not shown. */
function dataOf(
  folder: string,
  { facts }: RunMemory,
  given: string | undefined,
  warn: (text: string) => void,
): ViewData {
  const { config } = facts;
  return viewData({
    test: testRowsOf(folder, config.dataset, given, warn),
    weights() {
      const newest = newestResumption(folder)?.checkpoint;
      return newest ?? { step: 0, weights: new Float32Array(layoutOf(config.model).length) };
    },
  });
}

/** The rows that the run was judged on; none where they are not found, and never others. */
function testRowsOf(
  folder: string,
  dataset: RunConfig['dataset'],
  given: string | undefined,
  warn: (text: string) => void,
): Dataset {
  try {
    const places = given === undefined ? datasetPlacesOf(dataset, folder) : [given];
    return findDataset(dataset, places, `the run in ${folder}`).data.test;
  } catch (error) {
    warn(`no test images are shown: ${(error as Error).message}`);
    const { name, featureCount } = dataset;
    return { name, rowCount: 0, featureCount, rows: new Uint8Array(0), labels: new Uint8Array(0) };
  }
}
