import { fork } from 'node:child_process';
import path from 'node:path';
import { rootFolder } from './lab/paths.ts';
import type { Row } from './row.ts';

/** How a row ended. */
export interface RowEnd {
  readonly isPassed: boolean;
  /** Figures, or what went wrong. */
  readonly text: string;
}

/** No row takes so much longer than it says. */
const MOST_LATE_MS = 240_000;
/** How long a row may take to clean up. */
const GRACE_MS = 10_000;

/** Node's flags for a heap that stays small: the young generation grows with time otherwise, whatever is in it. */
const boundedHeap = (megabytes: number): string[] => [
  `--max-old-space-size=${megabytes}`,
  '--max-semi-space-size=2',
];

/** Runs a row in a process of its own, so that neither its memory nor its event loop are another's. */
export function runRow({ id, seconds, heapMegabytes }: Row, shared: string, seed: number): Promise<RowEnd> {
  const longestMs = seconds * 1000 + MOST_LATE_MS;
  const child = fork(path.join(rootFolder, 'tools/run.mjs'), ['chaos/one', id, shared, String(seed)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...(heapMegabytes !== undefined && { execArgv: boundedHeap(heapMegabytes) }),
  });
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve) => {
    let end: RowEnd | undefined;
    const timer = setTimeout(() => {
      end = { isPassed: false, text: `it did not end within ${longestMs / 1000} s` };
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
    }, longestMs);
    child.on('message', (message) => (end ??= message as RowEnd));
    child.on('close', (code) => {
      clearTimeout(timer);
      const how = errors.includes('heap out of memory')
        ? `its process needs more memory than the ${heapMegabytes ?? 'many'} MB it has`
        : `its process ended with ${code} and did not say how it went: ${errors.slice(-1000)}`;
      resolve(end ?? { isPassed: false, text: how });
    });
  });
}
