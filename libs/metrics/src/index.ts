export type { NoticeOf, RunNotice } from './notice.ts';
export { RunMeter, type Progress } from './run-meter.ts';
