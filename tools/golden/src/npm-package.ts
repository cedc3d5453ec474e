import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GoldenError } from './golden-error.ts';
import { goldenFolder } from './paths.ts';

/** A package of npm that an engine is, or needs; Lockstep never depends on it. */
export interface NpmPackage {
  readonly name: string;
  /** The major version wanted; the newest of it is installed. */
  readonly major: number;
  /** The file inside the package that is wanted: a program, or a module. */
  readonly program: string;
  /** The processor that it is for, where that is not this one; it is for Linux then. */
  readonly cpu?: 'arm64' | 'arm';
}

/** The folder that holds the package alone, in its node_modules. */
export const folderOf = ({ name, major, cpu }: NpmPackage): string => {
  const parts = [name.replace(/^@/, '').replace('/', '-'), major, cpu];
  return path.join(goldenFolder, '.engines', parts.filter((part) => part !== undefined).join('-'));
};

/** Where the file that is wanted lies once it is installed. */
export const programOf = (engine: NpmPackage): string =>
  path.join(folderOf(engine), 'node_modules', engine.name, engine.program);

/** The installed version; nothing when it is not the one wanted, or none. */
export function installedVersion(engine: NpmPackage): string | undefined {
  const manifest = path.join(folderOf(engine), 'node_modules', engine.name, 'package.json');
  if (!existsSync(manifest) || !existsSync(programOf(engine))) return undefined;
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const plain = version.replace(/^v/, ''); // some packages of Node say v20.11.0
  return plain.startsWith(`${engine.major}.`) ? plain : undefined;
}

/**
 * Installs the package, unless it is there, into a folder of its own outside the workspace. The package's own scripts do not run.
 * @throws {GoldenError} `install-failed`
 */
export function installPackage(engine: NpmPackage): void {
  if (installedVersion(engine) !== undefined) return;
  const folder = folderOf(engine);
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'lockstep-golden-engine', private: true };
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest)}\n`);
  const wanted = `${engine.name}@${engine.major}`;
  const flags = ['--no-workspaces', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm itself would refuse a program for another processor.
  const foreign = ['--force', `--cpu=${engine.cpu}`, '--os=linux', '--libc=glibc'];
  const args = [...flags, ...(engine.cpu === undefined ? [] : foreign), wanted];
  const { status, error } = spawnSync('npm', ['install', '--prefix', folder, ...args], {
    cwd: folder,
    env: outsideOfNpm(process.env),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status === 0 && installedVersion(engine) !== undefined) return;
  throw new GoldenError(
    'install-failed',
    `npm could not install ${wanted} into ${folder} (see above); try again`,
    {
      cause: error,
    },
  );
}

/** `npm run` tells its children in variables which package they belong to: not so here. */
const outsideOfNpm = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^npm_(?:package|lifecycle|config_(?:local_prefix|workspace))/.test(name),
    ),
  );
