import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/** A folder of Linux whose files are memory. */
const MEMORY = '/dev/shm';

/** What a memory's name may be: the process that made it, and something nobody guesses. */
const NAME = /^(\d+)-[0-9a-f]{32}$/;

/** The folder with this user's memory, which no other user may open; undefined where there is none, or it is somebody else's. */
export function memoryFolder(parent = MEMORY): string | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  const folder = path.join(parent, `lockstep-${user}`);
  try {
    mkdirSync(folder, { mode: 0o700, recursive: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return undefined;
  }
  const about = lstatSync(folder, { throwIfNoEntry: false });
  const isOurs = about?.isDirectory() === true && about.uid === user && (about.mode & 0o077) === 0;
  return isOurs ? folder : undefined;
}

/** The file of that name; undefined for a name that leads elsewhere. */
export const memoryFile = (folder: string, name: string): string | undefined =>
  NAME.test(name) ? path.join(folder, name) : undefined;

/** Removes what coordinators left that were killed before their workers had taken it. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const maker = NAME.exec(name)?.[1];
    if (maker !== undefined && !isRunning(Number(maker))) rmSync(path.join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
