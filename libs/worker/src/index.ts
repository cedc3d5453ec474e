/**
 * What any worker does, in a Node process or in a tab: prove that this engine computes the contract's bits, take weights, rows and
 * leases, and answer each lease with the gradient and loss of its span. `WorkerSession` is one connection's conversation; a
 * `ComputeTeam` computes: `ThreadTeam` with threads on one copy of the weights, `CopyTeam` where a browser shares no memory,
 * `InlineTeam` on one thread, as where a mini-batch `isQuick`.
 *
 * For `transport`'s `WorkerClient`, for the apps, which bring threads and backends, and for the coordinator, which computes a span
 * itself where it has to know who is wrong (`SpanComputer`).
 *
 * Every team of any size gives the bits of one thread, since no sum is split but at nodes of the fixed tree. A span is answered whole
 * or not at all. It opens no socket, starts no thread and reads no clock: those are its surroundings, given to it.
 */

export { BACKEND_PROOF, PROOF_HEAP_BYTES, proveBackend, WrongBitsError } from './prove-backend.ts';
export { mostRowsOf } from './most-rows.ts';
export { runShapeOf } from './run-shape.ts';
export { SpanComputer, type SpanRows, type SpanSum } from './span-computer.ts';
export type { ComputeTeam, TeamSum } from './team/compute-team.ts';
export { CopyTeam, type CopyHost } from './team/copy-team.ts';
export { CopyThread, type CopyAnswer, type CopyRequest } from './team/copy-thread.ts';
export { InlineTeam } from './team/inline-team.ts';
export { isQuick } from './team/is-quick.ts';
export type { TeamPlan } from './team/team-memory.ts';
export { TeamThread, type TeamMessage } from './team/team-thread.ts';
export { ThreadTeam, type HostThread, type ThreadTeamSetup } from './team/thread-team.ts';
export { describeStandby, standbyTime } from './describe-standby.ts';
export {
  WorkerSession,
  type WorkerIdentity,
  type WorkerNotice,
  type WorkerSurroundings,
} from './worker-session.ts';
