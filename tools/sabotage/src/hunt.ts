import { fork } from 'node:child_process';
import type { RunEnd } from '@lockstep/shell';
import type { FaultKind } from '@lockstep/simulation';

/** A seed with the faults that are to happen, and how a sound single process ends its run. */
export interface Task {
  readonly seed: number;
  readonly expected: RunEnd;
  readonly only?: readonly FaultKind[];
}

/** What a broken product did wrong, and in which seed; neither when nothing was noticed. */
export interface Found {
  readonly seed?: number;
  readonly failure?: string;
}

/** Lets the seeker in `bundle` try the seeds, in a process of its own, until one fails or its time is up. */
export function hunt(bundle: string, tasks: readonly Task[], seconds: number): Promise<Found> {
  return new Promise((resolve, reject) => {
    const child = fork(bundle, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.on('message', (found: Found) => resolve(found));
    child.on('error', reject);
    child.on('exit', () => {
      clearTimeout(timer);
      resolve({});
    });
    child.send(tasks);
  });
}
