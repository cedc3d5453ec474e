import type { CoordinatorLaunch } from '@lockstep/config';
import type { ClusterSetup } from './cluster.ts';
import { recallIdentity } from './identity/identity.ts';
import { isForThisMachine } from './links.ts';
import { reservePort } from './listen.ts';
import type { PreparedRun } from './prepare.ts';
import { PublicUrls } from './public/public-urls.ts';

/** Where a coordinator is found, and by what it is known. */
type Place = Pick<ClusterSetup, 'identity' | 'reserved'>;

/**
 * Takes a port, where workers are to come, and then writes down that the run starts: a start that cannot have its port leaves
 * everything as it was.
 */
export async function settle(
  launch: CoordinatorLaunch,
  prepared: PreparedRun,
  warn: (text: string) => void,
): Promise<{ readonly term: number; readonly place: Place | undefined }> {
  let place: Place | undefined;
  try {
    if (!launch.isLocal) place = await takePlace(launch, prepared.folder, warn);
  } catch (error) {
    prepared.abandon();
    throw error;
  }
  try {
    return { term: await prepared.begin(), place };
  } catch (error) {
    place?.reserved.release();
    prepared.lock.release();
    throw error;
  }
}

async function takePlace(
  launch: CoordinatorLaunch,
  folder: string,
  warn: (text: string) => void,
): Promise<Place> {
  const { values, sources } = launch.options;
  const isLocal = isForThisMachine({ host: values.host, publicUrls: new PublicUrls(values.publicUrl) });
  const identity = await recallIdentity({
    ...{ folder, warn, isLocal, options: values, isOpen: values.open, isNew: values.newToken },
    isPortGiven: sources.port !== 'default',
    tokenFile: launch.tokenFile,
    given: { worker: launch.token, viewer: launch.viewToken, admin: launch.adminToken },
  });
  return { identity, reserved: await reservePort({ host: values.host, ports: identity.ports, warn }) };
}
