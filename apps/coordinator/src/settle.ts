import type { CoordinatorLaunch } from '@lockstep/config';
import { assertWritable, removeIfEmpty } from '@lockstep/storage';
import type { ClusterSetup } from './cluster.ts';
import { recallIdentity } from './identity/identity.ts';
import { isForThisMachine } from './links.ts';
import { reservePort } from './listen.ts';
import { mostWorkersOf } from './most-workers.ts';
import type { PreparedRun } from './prepare.ts';
import { PublicUrls } from './public/public-urls.ts';
import { TraceFile } from './trace-file.ts';

/** Where a coordinator is found, by what it is known, and for how many it has room. */
type Place = Pick<ClusterSetup, 'identity' | 'reserved' | 'mostWorkers'>;

/** A start that nothing refuses any more. */
export interface Settled {
  readonly term: number;
  /** Undefined where no workers come. */
  readonly place: Place | undefined;
  readonly trace: TraceFile | undefined;
}

/**
 * Takes everything else that a start can be refused: a port, where workers are to come, and the places of `--trace` and `--spare-out`;
 * then writes down that the run starts. A start that cannot have one of them leaves everything as it was.
 */
export async function settle(
  launch: CoordinatorLaunch,
  prepared: PreparedRun,
  warn: (text: string) => void,
): Promise<Settled> {
  const { values } = launch.options;
  let place: Place | undefined;
  let trace: TraceFile | undefined;
  const made: string[] = [];
  try {
    if (!launch.isLocal) place = await takePlace(launch, prepared, warn);
    if (values.spareOut !== undefined) made.push(...assertWritable(values.spareOut));
    if (values.trace !== undefined) trace = new TraceFile(values.trace, { folder: prepared.folder, warn });
    return { term: await prepared.begin(), place, trace };
  } catch (error) {
    place?.reserved.release();
    await trace?.discard();
    made.toReversed().forEach(removeIfEmpty);
    prepared.abandon();
    throw error;
  }
}

async function takePlace(
  launch: CoordinatorLaunch,
  { folder, files }: PreparedRun,
  warn: (text: string) => void,
): Promise<Place> {
  const { values, sources } = launch.options;
  const mostWorkers = mostWorkersOf(launch);
  const isLocal = isForThisMachine({ host: values.host, publicUrls: new PublicUrls(values.publicUrl) });
  const identity = await recallIdentity({
    ...{ folder, files, warn, isLocal, options: values, isOpen: values.open, isNew: values.newToken },
    isPortGiven: sources.port !== 'default',
    isHostGiven: sources.host !== 'default',
    tokenFile: launch.tokenFile,
    given: { worker: launch.token, viewer: launch.viewToken, admin: launch.adminToken },
  });
  const reserved = await reservePort({ host: values.host, ports: identity.ports, warn });
  return { identity, reserved, mostWorkers };
}
