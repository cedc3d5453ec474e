import type { Reporter, ReportTarget } from './reporter.ts';

/** One JSON object a line on standard output; a `step` is too frequent to be one, warnings go to standard error. */
export const jsonReporter = (target: ReportTarget): Reporter => ({
  notify(notice) {
    if (notice.type === 'step') return;
    if (notice.type === 'warning') {
      target.err(`lockstep: ${notice.text}\n`);
      return;
    }
    target.out(JSON.stringify(notice) + '\n');
  },
});
