import { fsyncSync } from 'node:fs';

/** What a command does that Node's permission model can refuse. */
export type Ability = 'fsync' | 'child' | 'worker' | 'net';

/** The permission model, as much of it as is asked; given by tests. */
export interface PermissionFacts {
  has(scope: string): boolean;
  /** Whether anything at all can be brought to the disk for certain. */
  readonly canFsync: boolean;
  /** Whether this Node asks before a process uses the network: version 25 and later. */
  readonly asksForNet: boolean;
}

/** A descriptor that no process has: the model refuses before it is looked at. */
const NO_DESCRIPTOR = 2 ** 31 - 1;

const FLAGS: Readonly<Record<Exclude<Ability, 'fsync'>, string>> = {
  child: '--allow-child-process',
  worker: '--allow-worker',
  net: '--allow-net',
};

const WORDS: Readonly<Record<Exclude<Ability, 'fsync'>, string>> = {
  child: 'starting processes',
  worker: 'starting threads',
  net: 'using the network',
};

/**
 * What Node's permission model keeps `command` from, in one sentence with the remedy; undefined where it is off or allows enough.
 * It refuses fsync whatever is allowed (Node 20 to 26), and without fsync no checkpoint is safe.
 */
export function permissionFault(
  command: string,
  needs: readonly Ability[],
  facts: PermissionFacts | undefined = factsOfThisProcess(),
): string | undefined {
  if (facts === undefined) return undefined;
  if (needs.includes('fsync') && !facts.canFsync) {
    return (
      `Node's permission model (--permission) refuses fsync, whatever is allowed, and without it no checkpoint is safe from a ` +
      `power cut: start ${command} without --permission, and confine it by a container or a user of its own`
    );
  }
  const missing = needs.filter(
    (need) => need !== 'fsync' && !(need === 'net' && !facts.asksForNet) && !facts.has(need),
  ) as (keyof typeof FLAGS)[];
  if (missing.length === 0) return undefined;
  return (
    `Node's permission model (--permission) refuses ${missing.map((need) => WORDS[need]).join(' and ')}, which ${command} needs: ` +
    `start it with ${missing.map((need) => FLAGS[need]).join(' ')} too, or without --permission`
  );
}

function factsOfThisProcess(): PermissionFacts | undefined {
  const permission = process.permission as typeof process.permission | undefined;
  if (permission === undefined) return undefined;
  return {
    has: (scope) => permission.has(scope),
    canFsync: canFsync(),
    asksForNet: process.allowedNodeEnvironmentFlags.has('--allow-net'),
  };
}

function canFsync(): boolean {
  try {
    fsyncSync(NO_DESCRIPTOR);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED';
  }
}
