export { BACKEND_PROOF, PROOF_HEAP_BYTES, proveBackend, WrongBitsError } from './prove-backend.ts';
export { SpanComputer, type SpanRows, type SpanSum } from './span-computer.ts';
export type { ComputeTeam, TeamSum } from './team/compute-team.ts';
export { InlineTeam } from './team/inline-team.ts';
export type { TeamPlan } from './team/team-memory.ts';
export { TeamThread, type TeamMessage } from './team/team-thread.ts';
export { ThreadTeam, type HostThread, type ThreadTeamSetup } from './team/thread-team.ts';
export { describeStandby } from './describe-standby.ts';
export {
  WorkerSession,
  type WorkerIdentity,
  type WorkerNotice,
  type WorkerSurroundings,
} from './worker-session.ts';
