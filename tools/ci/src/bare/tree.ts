import { appendFileSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { output } from './commands.ts';
import type { MachineSettings } from './this-machine.ts';

/** What is tried: the workspace that this tool is part of. */
export const workspaceRoot = fileURLToPath(new URL('../../../..', import.meta.url));

/** Who runs the commands. The ordinary one has no rights but over a home. */
export type UserKind = 'root' | 'ordinary';

export const users: Readonly<Record<UserKind, { readonly id: number; readonly home: string }>> = {
  root: { id: 0, home: '/root' },
  ordinary: { id: 1000, home: '/home/user' },
};

/** The npm that comes with each Node. */
const npmOfNode = (node: string): string => (Number.parseInt(node, 10) < 24 ? '10' : '11');

/** Node 26 does not start without it, and Debian's smallest installation lacks it. */
const LIBRARY_OF_NODE_26 = 'libatomic1';

/** The Debian packages that some of these versions of Node need themselves, whatever they run. */
export const packagesFor = (nodes: readonly string[]): readonly string[] =>
  nodes.some((node) => Number.parseInt(node, 10) >= 26) ? [LIBRARY_OF_NODE_26] : [];

/** Debian's smallest installation, and nothing else but what Node itself needs. */
export async function makeDebian(
  suite: string,
  tree: string,
  { nodes, machine }: { readonly nodes: readonly string[]; readonly machine: MachineSettings },
): Promise<void> {
  const mirror = machine.debianMirror === undefined ? [] : [machine.debianMirror];
  const packages = packagesFor(nodes);
  const include = packages.length === 0 ? [] : [`--include=${packages.join(',')}`];
  await output(['debootstrap', '--variant=minbase', ...include, suite, tree, ...mirror]);
  // Names are looked up as this machine does.
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) copyFileSync(file, path.join(tree, file));
}

/** Node and npm below /usr/local, as Node's own archive lays them out, without its headers; from the npm registry. */
export async function addNode(
  tree: string,
  versions: { readonly node: string; readonly npm: string | undefined },
  machine: MachineSettings,
): Promise<void> {
  const draft = path.join(tree, 'tmp/node');
  const node = `node-linux-${process.arch}`;
  const wanted = [`${node}@${versions.node}`, `npm@${versions.npm ?? npmOfNode(versions.node)}`];
  const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  mkdirSync(draft);
  await output(['npm', 'install', '--prefix', draft, ...flags, ...wanted]);
  const local = path.join(tree, 'usr/local');
  copyFileSync(path.join(draft, 'node_modules', node, 'bin/node'), path.join(local, 'bin/node'));
  await output(['mkdir', '-p', path.join(local, 'lib/node_modules'), path.join(local, 'etc')]);
  await output(['mv', path.join(draft, 'node_modules/npm'), path.join(local, 'lib/node_modules/npm')]);
  await output(['rm', '-r', draft]);
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, path.join(local, 'bin', name));
  }
  configureNpm(local, machine);
}

function configureNpm(local: string, { npmSettings, certificates }: MachineSettings): void {
  const lines = [...npmSettings];
  if (certificates !== undefined) {
    copyFileSync(certificates, path.join(local, 'etc/certificates.pem'));
    lines.push('cafile=/usr/local/etc/certificates.pem');
  }
  writeFileSync(path.join(local, 'etc/npmrc'), lines.map((line) => `${line}\n`).join(''));
}

/** A user with a home, and in it a clone of what is committed here. */
export async function addClone(tree: string, kind: UserKind): Promise<void> {
  const { id, home } = users[kind];
  if (kind === 'ordinary') {
    appendFileSync(path.join(tree, 'etc/passwd'), `user:x:${id}:${id}::${home}:/bin/sh\n`);
    appendFileSync(path.join(tree, 'etc/group'), `user:x:${id}:\n`);
  }
  const clone = path.join(tree, home, 'lockstep');
  await output(['git', 'clone', '--quiet', '--no-hardlinks', workspaceRoot, clone]);
  await output(['chown', '-R', `${id}:${id}`, path.join(tree, home)]);
}

/** A copy of a tree, owners and links as they are. */
export const copyTree = async (from: string, to: string): Promise<void> => {
  await output(['cp', '--archive', '--reflink=auto', from, to]);
};
