import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { BenchError } from '../bench-error.ts';
import { benchFolder } from '../paths.ts';

/** Packages from npm that Lockstep is compared with, and never depends on. */
const peerPackages = {
  'tf.js': { '@tensorflow/tfjs': '4.22.0', '@tensorflow/tfjs-backend-wasm': '4.22.0' },
} as const satisfies Record<string, Record<string, string>>;

export type NpmPeerName = keyof typeof peerPackages;

const peersFolder = path.join(benchFolder, '.peers');
export const npmPeerNames = Object.keys(peerPackages) as NpmPeerName[];
const allPackages = Object.fromEntries(
  Object.values(peerPackages).flatMap((packages) => Object.entries(packages)),
);

/** Loads a package of a peer, which is CommonJS. @throws {BenchError} `peer-missing` */
export function requirePeer(name: string): unknown {
  try {
    return createRequire(path.join(peersFolder, 'package.json'))(name);
  } catch (cause) {
    throw new BenchError(
      'peer-missing',
      `the peer ${name} does not load; remove ${peersFolder} and try again`,
      {
        cause,
      },
    );
  }
}

/** Where a file of a peer's package lies. */
export const peerFile = (name: string, file: string): string =>
  path.join(peersFolder, 'node_modules', name, file);

/** The installed version of each peer, where all its packages are of the version wanted. */
export function installedNpmPeers(): readonly (readonly [NpmPeerName, string])[] {
  const isInstalled = (name: string, version: string): boolean => {
    const manifest = peerFile(name, 'package.json');
    return (
      existsSync(manifest) &&
      (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown }).version === version
    );
  };
  return npmPeerNames.flatMap((peer) => {
    const packages = Object.entries(peerPackages[peer]);
    return packages.every(([name, version]) => isInstalled(name, version))
      ? [[peer, packages[0]![1]] as const]
      : [];
  });
}

/**
 * Installs the peers that are missing, with npm, into a folder of their own outside the workspace.
 * @throws {BenchError} `peer-missing`
 */
export function installNpmPeers(): void {
  if (installedNpmPeers().length === npmPeerNames.length) return;
  mkdirSync(peersFolder, { recursive: true });
  const manifest = { name: 'lockstep-bench-peers', private: true, dependencies: allPackages };
  writeFileSync(path.join(peersFolder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const flags = ['--no-workspaces', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', ['install', '--prefix', peersFolder, ...flags], {
    cwd: peersFolder,
    env: outsideOfNpm(process.env),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0 || installedNpmPeers().length < npmPeerNames.length) {
    throw new BenchError(
      'peer-missing',
      'npm could not install the peers (see above); try again, or measure Lockstep alone with --no-peers',
      { cause: error },
    );
  }
}

/** `npm run` tells its children which package they belong to: not so here. */
const outsideOfNpm = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !/^npm_(?:package|lifecycle)_|^npm_config_(?:local_prefix|workspaces?|include_workspace_root)$/i.test(
          name,
        ),
    ),
  );
