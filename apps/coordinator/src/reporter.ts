import type { NoticeOf, RunMeter, RunNotice } from '@lockstep/metrics';
import { jsonReporter } from './report-json.ts';
import { textReporter } from './report-text.ts';

/** Where a reporter writes; `columns` is undefined when it is no terminal. */
export interface ReportTarget {
  out(text: string): void;
  /** For what is no result: joins and leaves, warnings. */
  err(text: string): void;
  readonly columns: number | undefined;
  readonly hasColour: boolean;
}

/** Tells people, or programs, what happens. */
export interface Reporter {
  notify(notice: RunNotice): void;
}

/** The meter belongs to the run, which starts after the reporter. */
export type MeterSource = () => RunMeter | undefined;

export const makeReporter = (format: 'text' | 'json', target: ReportTarget, meter: MeterSource): Reporter =>
  format === 'json' ? jsonReporter(target) : textReporter(target, meter);

/** What text says of a checkpoint that could not be written. */
export const describeFailedCheckpoint = ({ step, failures, error }: NoticeOf<'checkpoint-failed'>): string =>
  `step ${step}: the checkpoint was not written, training goes on (${failures} so far): ${error}`;

/** What both formats say of a worker that came or went, on standard error under `--format json`. */
export function describeWorker(notice: NoticeOf<'worker-joined'> | NoticeOf<'worker-left'>): string {
  const count = notice.workers === 1 ? '1 worker' : `${notice.workers} workers`;
  if (notice.type === 'worker-joined') return `${notice.worker} joined (${notice.engine}); ${count}`;
  return `${notice.worker} left: ${notice.reason}; ${count}`;
}
