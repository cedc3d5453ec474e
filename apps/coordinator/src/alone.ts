import { setImmediate } from 'node:timers/promises';
import type { RunNotice } from '@lockstep/metrics';
import { trainLocally, type Run, type RunEnd } from '@lockstep/shell';
import type { FileSystem } from '@lockstep/storage';
import { leaveEnded, removeEnded } from './over/ended-file.ts';
import { keepView } from './viewers/kept-view.ts';

export interface AloneSetup {
  readonly run: Run;
  readonly folder: string;
  /** To write in the folder with. */
  readonly files: FileSystem;
  /** Steps from one checkpoint to the next; 0 for none. */
  readonly checkpointEvery: number;
  notify(notice: RunNotice): void;
  /** Who else hears every notice, whoever gave it. */
  onNotice(listener: (notice: RunNotice) => void): void;
  /** Why the run must stop, once it must. */
  stopReason(): string | undefined;
  /** Seconds of a monotonic clock. */
  now(): number;
}

/**
 * Trains in this process alone. Its folder tells late workers and dashboards of a later time the same as one of a run with workers:
 * workers may have begun this run, and others go on with it.
 */
export async function trainAlone(setup: AloneSetup): Promise<RunEnd> {
  const { run, folder, files, checkpointEvery, notify, onNotice, stopReason, now } = setup;
  const { feed, close } = keepView({
    ...{ run, folder, files, notify, onNotice, journal: { append: () => undefined } },
  });
  onNotice((notice) => {
    if (notice.type === 'checkpoint') feed.watch({ type: 'checkpoint', step: notice.step });
  });
  try {
    await run.catchUp();
    if (run.trainer.step < run.lastStep) await removeEnded(folder, files);
    const end = await trainLocally(run, {
      ...{ stopReason, now, checkpointEvery, yieldTurn: () => setImmediate() },
    });
    await leaveEnded(folder, end, files, (text) => notify({ type: 'warning', text }));
    return end;
  } finally {
    await close();
  }
}
