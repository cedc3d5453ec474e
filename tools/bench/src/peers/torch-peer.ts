import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '@lockstep/browsers';
import { BenchError } from '../bench-error.ts';

/** The version that is measured. */
export const TORCH_VERSION = '2.13.0';

/** Where PyPI's own wheels bring CUDA along: some gigabytes, of which a measurement on processors uses nothing. */
const hasCudaBuilds =
  (process.platform === 'linux' || process.platform === 'win32') && process.arch === 'x64';

const folder = (): string => path.join(cacheFolder(), `torch-${TORCH_VERSION}`);
const pythonIn = (environment: string): string =>
  path.join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
/** Written last: what is installed, as PyTorch calls itself. */
const markerIn = (environment: string): string => path.join(environment, 'lockstep-version.txt');

/** The Python of the virtual environment that holds PyTorch. */
export const torchPython = (): string => pythonIn(folder());

/** The version that is installed, such as `2.13.0+cpu`. */
export function installedTorch(): string | undefined {
  const marker = markerIn(folder());
  return existsSync(marker) ? readFileSync(marker, 'utf8').trim() : undefined;
}

/**
 * Installs PyTorch with pip into a virtual environment below the cache, unless it is there. The build without CUDA is asked for by
 * its name, which an index either has or has not: nothing large is downloaded by mistake.
 * @param isAnyBuildWanted takes whatever build the index has, however large
 * @throws {BenchError} `peer-missing` with what to do
 */
export function installTorch(isAnyBuildWanted: boolean): void {
  if (installedTorch() !== undefined) return;
  const environment = folder();
  rmSync(environment, { recursive: true, force: true }); // what an installation left that was broken off
  mkdirSync(path.dirname(environment), { recursive: true });
  const made = run(['-m', 'venv', environment], pythonOfMachine());
  if (made.status !== 0) {
    throw missing(
      `python3 cannot make a virtual environment (Debian: apt-get install python3-venv): ${saidBy(made)}`,
    );
  }
  process.stderr.write(
    `installing PyTorch ${TORCH_VERSION} with pip into ${environment} (a CPU build is about 200 MB)\n`,
  );
  const failure = install(pythonIn(environment), isAnyBuildWanted);
  if (failure !== undefined) {
    rmSync(environment, { recursive: true, force: true });
    throw missing(failure);
  }
  const { stdout } = run(['-c', 'import torch; print(torch.__version__)'], pythonIn(environment));
  writeFileSync(`${markerIn(environment)}.draft`, stdout);
  renameSync(`${markerIn(environment)}.draft`, markerIn(environment));
}

/** @returns why it could not be installed */
function install(python: string, isAnyBuildWanted: boolean): string | undefined {
  const pip = (requirement: string): SpawnSyncReturns<string> =>
    run(
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', requirement],
      python,
    );
  const cpuBuild = pip(`torch==${TORCH_VERSION}+cpu`);
  if (cpuBuild.status === 0) return undefined;
  if (hasCudaBuilds && !isAnyBuildWanted) {
    return (
      `pip found no CPU build of PyTorch ${TORCH_VERSION}, and any other may be gigabytes of CUDA: name the index of CPU builds, which ` +
      `PyTorch's page of installation shows, in PIP_EXTRA_INDEX_URL, or take what there is with --any-torch. pip said: ${saidBy(cpuBuild)}`
    );
  }
  const anyBuild = pip(`torch==${TORCH_VERSION}`);
  return anyBuild.status === 0
    ? undefined
    : `pip could not install PyTorch ${TORCH_VERSION}: ${saidBy(anyBuild)}`;
}

/** The first Python 3 of the PATH. @throws {BenchError} `peer-missing` */
function pythonOfMachine(): string {
  const found = ['python3', 'python'].find(
    (name) => run(['-c', 'import sys; assert sys.version_info >= (3, 10)'], name).status === 0,
  );
  if (found !== undefined) return found;
  throw missing(
    'PyTorch needs Python 3.10 or newer, and none is here (Debian: apt-get install python3-venv)',
  );
}

const run = (args: readonly string[], python: string): SpawnSyncReturns<string> =>
  spawnSync(python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** The last line of what a program said against itself. */
const saidBy = ({ stderr, error }: SpawnSyncReturns<string>): string =>
  error?.message ?? stderr.trim().split('\n').at(-1) ?? '';

const missing = (detail: string): BenchError => new BenchError('peer-missing', detail);
