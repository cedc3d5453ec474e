import { spawnSync } from 'node:child_process';
import { BenchError } from '../bench-error.ts';

/** Debian's packages of the peers that come with none of a language. */
const peerPackages = {
  OpenBLAS: 'libopenblas0-pthread',
} as const satisfies Record<string, string>;

export type SystemPeerName = keyof typeof peerPackages;

export const systemPeerNames = Object.keys(peerPackages) as SystemPeerName[];
const packages = Object.values(peerPackages);

/** The command that installs them, for people and for `installSystemPeers`. */
const INSTALL = ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages] as const;

/** The installed version of each peer: Debian's, as `0.3.21+ds-4`. */
export const installedSystemPeers = (): readonly (readonly [SystemPeerName, string])[] =>
  systemPeerNames.flatMap((peer) => {
    const version = debianVersion(peerPackages[peer]);
    return version === undefined ? [] : [[peer, version] as const];
  });

/**
 * Installs them with apt, which needs root.
 * @throws {BenchError} `peer-missing` with what to do by hand
 */
export function installSystemPeers(): void {
  if (installedSystemPeers().length === systemPeerNames.length) return;
  const byHand = `run this by hand: sudo ${INSTALL.join(' ')}`;
  if (process.platform !== 'linux' || spawnSync('apt-get', ['--version']).status !== 0) {
    throw new BenchError(
      'peer-missing',
      'OpenBLAS is measured as Debian has it, and this system has no apt-get',
    );
  }
  if (process.getuid?.() !== 0) {
    throw new BenchError('peer-missing', `installing OpenBLAS needs root; ${byHand}`);
  }
  const run = (...[command, ...args]: readonly string[]) =>
    spawnSync(command!, args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  // A list of packages that is old still serves: what counts is whether the installation succeeds.
  run('apt-get', 'update');
  const { status, error } = run(...INSTALL);
  if (status !== 0 || installedSystemPeers().length < systemPeerNames.length) {
    throw new BenchError('peer-missing', `apt-get could not install the peers (see above); ${byHand}`, {
      cause: error,
    });
  }
}

function debianVersion(name: string): string | undefined {
  const { status, stdout } = spawnSync(
    'dpkg-query',
    ['--show', '--showformat=${db:Status-Status} ${Version}', name],
    {
      encoding: 'utf8',
    },
  );
  const [state, version] = status === 0 ? stdout.trim().split(' ') : [];
  return state === 'installed' ? version : undefined;
}
