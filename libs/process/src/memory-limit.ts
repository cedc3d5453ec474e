import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { posix } from 'node:path';

/** What the kernel and Node say about memory; given by tests. */
export interface MemoryFacts {
  /** The text of a file. @returns undefined where there is none to read */
  read(path: string): string | undefined;
  /** Bytes of the machine. */
  readonly totalBytes: number;
  /** What Node says: 0, or more than the machine has, where nothing limits. */
  readonly constrainedBytes: number;
}

/** Memory that a group of processes may use. */
export interface MemoryLimit {
  readonly bytes: number;
  /** Where it is set, for people. */
  readonly source: string;
}

/** The hierarchies of control groups, and the file of each that holds the limit. */
const HIERARCHIES = [
  { type: 'cgroup2', file: 'memory.max', isIts: (controllers: string) => controllers === '' },
  {
    type: 'cgroup',
    file: 'memory.limit_in_bytes',
    isIts: (controllers: string) => controllers.split(',').includes('memory'),
  },
] as const;

/**
 * The least memory that the control groups around this process allow it, those above its own included: the kernel ends it where it
 * uses more. Node's own figure counts where there are no such groups; what it says without a limit differs by version.
 * @returns undefined where the machine itself is the limit
 */
export function memoryLimit(facts: MemoryFacts = factsOfThisProcess()): MemoryLimit | undefined {
  const limits = HIERARCHIES.flatMap((hierarchy) => limitsIn(hierarchy, facts));
  const { constrainedBytes } = facts;
  if (constrainedBytes > 0) limits.push({ bytes: constrainedBytes, source: "Node's constrainedMemory" });
  return limits
    .filter(({ bytes }) => bytes < facts.totalBytes)
    .reduce<MemoryLimit | undefined>(
      (least, limit) => (limit.bytes < (least?.bytes ?? Infinity) ? limit : least),
      undefined,
    );
}

function limitsIn({ type, file, isIts }: (typeof HIERARCHIES)[number], { read }: MemoryFacts): MemoryLimit[] {
  const group = (read('/proc/self/cgroup') ?? '')
    .split('\n')
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
    .find((match) => match !== null && isIts(match[1]!))?.[2];
  if (group === undefined) return [];
  return mountsOf(type, read('/proc/self/mountinfo') ?? '').flatMap(({ root, point }) =>
    upwards(below(root, group)).flatMap((folder) => {
      const source = posix.join(point, folder, file);
      const text = read(source)?.trim();
      return text !== undefined && /^\d+$/.test(text) ? [{ bytes: Number(text), source }] : [];
    }),
  );
}

/** Where hierarchies of `type` are mounted, and which group of theirs lies at the mount's top. */
function mountsOf(type: string, mountInfo: string): { readonly root: string; readonly point: string }[] {
  return mountInfo.split('\n').flatMap((line) => {
    const [place = '', system = ''] = line.split(' - ');
    const [, , , root, point] = place.split(' ');
    return system.split(' ')[0] === type && root !== undefined && point !== undefined
      ? [{ root, point }]
      : [];
  });
}

/** A container may have its own group as the top of its mount, and still be told the path on the host. */
function below(root: string, group: string): string {
  const isWithin = root !== '/' && (group === root || group.startsWith(`${root}/`));
  return posix.join('/', isWithin ? group.slice(root.length) : group);
}

function upwards(folder: string): string[] {
  return folder === '/' ? [folder] : [folder, ...upwards(posix.dirname(folder))];
}

const factsOfThisProcess = (): MemoryFacts => ({
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  totalBytes: totalmem(),
  constrainedBytes: process.constrainedMemory?.() ?? 0,
});
