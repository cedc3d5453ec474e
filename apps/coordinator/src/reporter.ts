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
export function describeFailedCheckpoint(notice: NoticeOf<'checkpoint-failed'>): string {
  const { step, failures, error, isLast, retryMillis } = notice;
  const what = `step ${step}: the ${isLast === true ? 'last ' : ''}checkpoint was not written`;
  if (isLast !== true) return `${what}, training goes on (${failures} so far): ${error}`;
  if (retryMillis === undefined) return `${what}: ${error}`;
  return `${what}, its weights stay in memory and it is tried again in ${retryMillis / 1000} s: ${error}`;
}

/** What both formats say of a worker that came or went, on standard error under `--format json`. */
export function describeWorker(notice: NoticeOf<'worker-joined'> | NoticeOf<'worker-left'>): string {
  const count = notice.workers === 1 ? '1 worker' : `${notice.workers} workers`;
  if (notice.type === 'worker-joined') return `${notice.worker} joined (${notice.engine}); ${count}`;
  return `${notice.worker} left: ${notice.reason}; ${count}`;
}
