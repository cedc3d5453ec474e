import { readlinkSync } from 'node:fs';

/** The process that made the memory, its descriptor there, and something nobody guesses, by which it is recognised. */
const NAME = /^([1-9]\d{0,9})-(\d{1,9})-([0-9a-f]{32})$/;

/** What the system calls the memory. */
export const systemName = (secret: string): string => `lockstep-${secret}`;

export const memoryName = (pid: number, descriptor: number, secret: string): string =>
  `${pid}-${descriptor}-${secret}`;

/**
 * The path by which a process of this user and machine opens the memory of that name. Undefined for a name that is none, and where
 * something else has that number: the process that made it is in another container, say.
 */
export function memoryPath(name: string): string | undefined {
  const [, pid, descriptor, secret] = NAME.exec(name) ?? [];
  if (secret === undefined) return undefined;
  const path = `/proc/${pid}/fd/${descriptor}`;
  return readlinkSync(path).startsWith(`/memfd:${systemName(secret)}`) ? path : undefined;
}
