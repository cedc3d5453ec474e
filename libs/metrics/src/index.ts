export { describeDisagreement, describeDoubt } from './disagreement.ts';
export type { NoticeOf, RunNotice } from './notice.ts';
export type * from './view/picture.ts';
export { factOf, type RunFact, type RunRecord } from './view/record.ts';
export { RunView } from './view/run-view.ts';
export { parseRunMemory, type RunMemory } from './view/run-memory.ts';
export { RunMeter, type Progress } from './run-meter.ts';
export { Timeline, type LeaseTime, type Section } from './timeline.ts';
