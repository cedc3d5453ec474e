import type { Contribution } from '@lockstep/protocol';
import type { Channel } from '@lockstep/transport';
import type { CoordinationConfig } from '@lockstep/coordination';
import type { RunFact, RunNotice } from '@lockstep/metrics';
import type { Run } from './run.ts';
import type { Door } from './worker-connection.ts';

/** Where one line is kept of everything that happens to a contribution, a lease or a worker. Never throws. */
export interface JournalSink {
  append(entry: object): void;
}

/** A contribution, and the connection that it came over. */
export interface Received {
  readonly contribution: Contribution;
  readonly channel: Channel;
}

export interface ShellSetup {
  readonly run: Run;
  readonly config: CoordinationConfig;
  readonly door: Door;
  readonly journal: JournalSink;
  notify(notice: RunNotice): void;
  /** Hears of what is too frequent for the journal, for those who watch the run live. */
  watch?(fact: RunFact): void;
  /** Integer microseconds of a monotonic clock. */
  now(): number;
}
