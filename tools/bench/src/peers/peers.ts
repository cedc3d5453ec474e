import { installedNpmPeers, installNpmPeers, npmPeerNames, type NpmPeerName } from './npm-peers.ts';
import {
  installedSystemPeers,
  installSystemPeers,
  systemPeerNames,
  type SystemPeerName,
} from './system-peers.ts';

/** What Lockstep is compared with. */
export type PeerName = NpmPeerName | SystemPeerName;

/** The peers that are here, with their versions. */
export const installedPeers = (): ReadonlyMap<PeerName, string> =>
  new Map<PeerName, string>([...installedNpmPeers(), ...installedSystemPeers()]);

/** The names of those that are not. */
export const missingPeers = (installed: ReadonlyMap<PeerName, string>): readonly PeerName[] =>
  [...npmPeerNames, ...systemPeerNames].filter((name) => !installed.has(name));

/**
 * Installs every peer that is missing.
 * @throws {BenchError} `peer-missing`
 */
export function installPeers(): void {
  installNpmPeers();
  installSystemPeers();
}
