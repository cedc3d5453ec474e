import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { GoldenError } from './golden-error.ts';

const asRoot = process.getuid?.() === 0 ? '' : 'sudo ';

/** The line that installs these packages. */
export const installLine = (packages: readonly string[]): string =>
  `${asRoot}apt-get install --no-install-recommends ${packages.join(' ')}`;

/** What is missing when the system does not find `program` by its name, with the remedy; nothing when it does. */
export const missingProgram = (program: string, packages: readonly string[]): string | undefined =>
  isOnPath(program) ? undefined : `no ${program}: ${installLine(packages)}`;

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Installs packages of Debian. @throws {GoldenError} `install-failed` */
export function installDebianPackages(packages: readonly string[]): void {
  const aptGet = (...args: string[]): void => {
    // Another installation may be under way: wait for its lock rather than fail.
    const line = [
      ...asRoot.split(' ').filter(Boolean),
      'apt-get',
      '-qq',
      '-o',
      'DPkg::Lock::Timeout=300',
      ...args,
    ];
    const { status, error } = spawnSync(line[0]!, line.slice(1), {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status === 0) return;
    throw new GoldenError('install-failed', `${line.join(' ')} failed (see above)`, { cause: error });
  };
  aptGet('update');
  aptGet('install', '--yes', '--no-install-recommends', ...packages);
}
