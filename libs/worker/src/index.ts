export { BACKEND_PROOF, PROOF_HEAP_BYTES, proveBackend, WrongBitsError } from './prove-backend.ts';
export { SpanComputer, type SpanRows, type SpanSum } from './span-computer.ts';
export type { ComputeTeam, TeamSum } from './team/compute-team.ts';
export { CopyTeam, type CopyHost } from './team/copy-team.ts';
export { CopyThread, type CopyAnswer, type CopyRequest } from './team/copy-thread.ts';
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
