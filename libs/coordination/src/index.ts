export {
  coordinationDefaults,
  leafCountOfStep,
  rowCountOfSpan,
  rowCountOfStep,
  stepsPerEpoch,
} from './config.ts';
export type { CoordinationConfig } from './config.ts';
export { strikesCloseCode } from './effects.ts';
export type { Announcement, FinishReason, InvalidReason, RunEffect, Verdict } from './effects.ts';
export { CoordinationError } from './errors.ts';
export type { CoordinationErrorCode } from './errors.ts';
export type { ContributionCheck, EventOf, RunEvent, WorkerId } from './events.ts';
export { begin, transition } from './transition.ts';
export type { Lease, Round, RunState, SpanState, Speed, Transition, WorkerState } from './state.ts';
