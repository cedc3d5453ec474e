/**
 * What people and programs are told of a run. `RunNotice` is what happens, one union for terminals, JSON lines and pages; `RunRecord`
 * is the same with its time, as a journal keeps it; `RunView` folds records into the picture that dashboards show, in bounded memory
 * however long the run is; `RunMeter` gives the progress line its rates and means; `Timeline` says where the time of a step went.
 *
 * For the coordinator, which notifies and serves pictures, and for the pages, which import the types of what they draw. A view that
 * was kept, or is folded from the same records, shows the same picture.
 *
 * It decides nothing and changes no bit of a run: leave it out and the weights are the same. It reads no clock; times arrive with the
 * facts.
 */

export { describeDisagreement, describeDoubt } from './disagreement.ts';
export { LossWatch } from './loss-watch.ts';
export type { BestFigure, Holder, NoticeOf, RunNotice } from './notice.ts';
export type * from './view/picture.ts';
export { factOf, type RunFact, type RunRecord } from './view/record.ts';
export { RunView } from './view/run-view.ts';
export { parseRunMemory, type RunMemory } from './view/run-memory.ts';
export { RunMeter, type Progress } from './run-meter.ts';
export { Timeline, type LeaseTime, type Section } from './timeline.ts';
