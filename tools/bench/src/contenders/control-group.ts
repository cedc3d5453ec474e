import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Part of one core that a process may use. */
export interface CpuShare {
  readonly share: number;
  readonly periodMillis: number;
}

/** Where control groups are made, and which files limit a group's processors there: version 2, then 1. */
const GROUPS: readonly (readonly [root: string, limits: (quota: number, period: number) => object])[] = [
  ['/sys/fs/cgroup', (quota, period) => ({ 'cpu.max': `${quota} ${period}` })],
  [
    '/sys/fs/cgroup/cpu',
    (quota, period) => ({ 'cpu.cfs_period_us': String(period), 'cpu.cfs_quota_us': String(quota) }),
  ],
];

/** Puts a process into a control group of its own. @returns what removes that again; undefined where none can be made */
export function limitCpu(pid: number, { share, periodMillis }: CpuShare): (() => void) | undefined {
  for (const [root, limits] of GROUPS) {
    const group = path.join(root, `lockstep-bench-${pid}`);
    const remove = (): void => {
      try {
        rmdirSync(group);
      } catch {
        // Not made, or the system has not let go of it yet: an empty group costs nothing.
      }
    };
    try {
      mkdirSync(group);
      for (const [file, text] of Object.entries(limits(share * periodMillis * 1000, periodMillis * 1000))) {
        // Where no such system is mounted, this is a folder like any other.
        if (!existsSync(path.join(group, file))) throw new Error('no control group');
        writeFileSync(path.join(group, file), text as string);
      }
      writeFileSync(path.join(group, 'cgroup.procs'), String(pid));
      return remove;
    } catch {
      remove();
    }
  }
  return undefined;
}
