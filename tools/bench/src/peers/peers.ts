import { installedNpmPeers, installNpmPeers, npmPeerNames, type NpmPeerName } from './npm-peers.ts';
import {
  installedSystemPeers,
  installSystemPeers,
  systemPeerNames,
  type SystemPeerName,
} from './system-peers.ts';
import { installedTorch, installTorch } from './torch-peer.ts';

/** What Lockstep is compared with. */
export type PeerName = NpmPeerName | SystemPeerName | 'PyTorch';

/** The peers that are here, with their versions. */
export const installedPeers = (): ReadonlyMap<PeerName, string> =>
  new Map<PeerName, string>([...installedNpmPeers(), ...installedSystemPeers(), ...torch()]);

const torch = (): readonly (readonly ['PyTorch', string])[] => {
  const version = installedTorch();
  return version === undefined ? [] : [['PyTorch', version]];
};

/** The names of those that are not. */
export const missingPeers = (installed: ReadonlyMap<PeerName, string>): readonly PeerName[] =>
  [...npmPeerNames, 'PyTorch' as const, ...systemPeerNames].filter((name) => !installed.has(name));

/**
 * Installs every peer that is missing.
 * @param isAnyTorchWanted whether a build of PyTorch with gigabytes of CUDA will do, where there is no other
 * @throws {BenchError} `peer-missing`
 */
export function installPeers(isAnyTorchWanted: boolean): void {
  installNpmPeers();
  installTorch(isAnyTorchWanted);
  installSystemPeers();
}
