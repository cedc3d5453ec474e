import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCodeOf } from '../storage-error.ts';

/**
 * Which process, of which machine. A number alone says little: numbers are given again, every container has a process 1, and
 * containers may share a host name. Where the system tells (Linux), the process's start, the machine's boot and the space that
 * its number counts in are known too.
 */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Clock ticks from the machine's boot to the process's start. */
  readonly startTicks?: string;
  readonly boot?: string;
  readonly pidNamespace?: string;
}

/** What can be known of a process from here: `unknown` where it is, or may be, another machine's or container's. */
export type ProcessState = 'running' | 'stopped' | 'gone' | 'unknown';

/** This process. */
export function thisProcess(): ProcessIdentity {
  const { pid } = process;
  const place = { host: hostname(), pid };
  const [boot, pidNamespace] = [bootOf(), pidNamespaceOf()];
  const startTicks = statusOf(pid)?.startTicks;
  if (boot === undefined || pidNamespace === undefined || startTicks === undefined) return place;
  return { ...place, startTicks, boot, pidNamespace };
}

/** What `other` does, as far as `here`, this process, can tell. */
export function stateOf(other: ProcessIdentity, here: ProcessIdentity): ProcessState {
  if (other.boot === undefined || here.boot === undefined) return stateByNumber(other, here);
  if (other.boot !== here.boot || other.pidNamespace !== here.pidNamespace) return 'unknown';
  const status = statusOf(other.pid);
  // Whoever may not see other people's processes sees no sign of a living one here.
  if (status === undefined) return isNumberFree(other.pid) ? 'gone' : 'unknown';
  if (status.startTicks !== other.startTicks || 'ZX'.includes(status.letter)) return 'gone';
  return 'Tt'.includes(status.letter) ? 'stopped' : 'running';
}

/** A number that is free on this machine says that its process is gone; one that is taken may be another's by now. */
const stateByNumber = (other: ProcessIdentity, here: ProcessIdentity): ProcessState =>
  other.boot === here.boot && other.host === here.host && isNumberFree(other.pid) ? 'gone' : 'unknown';

function isNumberFree(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return systemCodeOf(error) === 'ESRCH';
  }
}

/** The state's letter and the start of process `pid`, where the system tells. */
function statusOf(pid: number): { readonly letter: string; readonly startTicks: string } | undefined {
  const line = readText(`/proc/${pid}/stat`);
  // The second field is a name in brackets that may hold anything, brackets too.
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ');
  const [letter, startTicks] = [fields?.[0], fields?.[19]];
  return letter === undefined || startTicks === undefined ? undefined : { letter, startTicks };
}

const bootOf = (): string | undefined => readText('/proc/sys/kernel/random/boot_id')?.trim();

function pidNamespaceOf(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
