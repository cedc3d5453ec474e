export {
  coordinationDefaults,
  leafCountOfStep,
  rowCountOfSpan,
  rowCountOfStep,
  stepsPerEpoch,
} from './config.ts';
export type { CoordinationConfig } from './config.ts';
export type { Announcement, LeaseNote } from './announcements.ts';
export { silentClose, strikesClose } from './effects.ts';
export type {
  FinishReason,
  InvalidReason,
  LeasePurpose,
  RunEffect,
  StandbyReason,
  Verdict,
} from './effects.ts';
export { CoordinationError } from './errors.ts';
export type { CoordinationErrorCode } from './errors.ts';
export type { ContributionCheck, EventOf, RunEvent, WorkerId } from './events.ts';
export { begin, transition } from './transition.ts';
export type { Lease, Recheck, Round, RunState, SpanState, Speed, Transition, WorkerState } from './state.ts';
