import { basename } from 'node:path';
import { RunView, type RunNotice } from '@lockstep/metrics';
import type { JournalSink, Run } from '@lockstep/shell';
import type { FileSystem } from '@lockstep/storage';
import { RunFeed, unixMillis } from './run-feed.ts';
import { readViewFile, ViewFile } from './view-file.ts';

export interface KeptViewSetup {
  readonly run: Run;
  /** The run's. */
  readonly folder: string;
  readonly files: FileSystem;
  readonly journal: JournalSink;
  notify(notice: RunNotice): void;
  /** Who else hears every notice, whoever gave it. */
  onNotice(listener: (notice: RunNotice) => void): void;
}

/** What people watch of a run, kept in its folder, and what brings to both what happens. */
export interface KeptView {
  readonly view: RunView;
  readonly feed: RunFeed;
  /** Writes it a last time. */
  close(): Promise<void>;
}

/** Takes up what was watched of a run before this start, and goes on with it. */
export function keepView({ run, folder, files, journal, notify, onNotice }: KeptViewSetup): KeptView {
  const warn = (text: string): void => notify({ type: 'warning', text });
  const view = new RunView();
  if (run.trainer.step > 0) recallView(view, folder, warn);
  const file = new ViewFile({ folder, files, view, now: unixMillis, warn });
  const feed = new RunFeed(journal, view);
  const { config, stepsPerEpoch, step } = run.trainer;
  const { term, disagreedAt } = run;
  feed.watch({ type: 'started', term, step, run: basename(folder), config, stepsPerEpoch, disagreedAt });
  onNotice((notice) => {
    feed.note(notice);
    // Whoever goes on from that checkpoint goes on with its history.
    if (notice.type === 'checkpoint') void file.save();
  });
  return { view, feed, close: () => file.close() };
}

/** A history that cannot be read is not worth a run. */
function recallView(view: RunView, folder: string, warn: (text: string) => void): void {
  try {
    const memory = readViewFile(folder);
    if (memory !== undefined) view.recall(memory);
  } catch (error) {
    warn(`the dashboard starts without a history: ${(error as Error).message}`);
  }
}
