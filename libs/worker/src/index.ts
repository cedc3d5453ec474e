export { PROOF_HEAP_BYTES, proveBackend, WrongBitsError } from './prove-backend.ts';
export { SpanComputer, type SpanRows, type SpanSum } from './span-computer.ts';
export {
  WorkerSession,
  type WorkerIdentity,
  type WorkerNotice,
  type WorkerSurroundings,
} from './worker-session.ts';
