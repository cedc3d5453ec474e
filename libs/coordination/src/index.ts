/**
 * Every decision of a distributed run, and nothing but decisions: `transition(config, state, event)` gives the next state and the
 * effects that somebody else carries out. For `shell`, its one driver, and for whoever simulates a cluster.
 *
 * `events/` is what can happen and what follows from it (workers that come, go, answer or fall silent; ticks; commits); `dealing/`
 * shares the tree's leaves out by predicted times; `leases/` gives spans out, again, or twice, and has answers compared; `measuring/`
 * learns how fast workers are and how far predictions can be trusted.
 *
 * It is pure: time and measurements arrive in events, states are never changed in place, all numbers are integers, so the same events
 * give the same run on every machine. Each leaf counts exactly once a step whatever workers do, and nothing that a worker sends can
 * make it throw. It knows no socket, tensor, message or clock: a gradient is a digest to it, and a worker an id.
 */

export { coordinationDefaults } from './config.ts';
export type { CoordinationConfig } from './config.ts';
export { hasWork } from './dealing/forecast.ts';
export type { Announcement, LeaseNote } from './events/announcements.ts';
export type {
  CloseCause,
  FinishReason,
  InvalidReason,
  LeasePurpose,
  RunEffect,
  StandbyReason,
  Verdict,
} from './events/effects.ts';
export { CoordinationError } from './errors.ts';
export type { CoordinationErrorCode } from './errors.ts';
export type { ContributionCheck, EventOf, RunEvent, WorkerId } from './events/events.ts';
export { begin, transition } from './transition.ts';
export type { Lease, Recheck, Round, RunState, SpanState, Speed, Transition, WorkerState } from './state.ts';
