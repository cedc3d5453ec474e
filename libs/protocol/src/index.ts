export { cleanName, MAX_NAME_LENGTH } from './clean-name.ts';
export { CLOSE_CODES, CLOSE_FOR_REFUSAL, closeCodeOf, closeForError, isFinalClose } from './close-codes.ts';
export type { CloseCode } from './close-codes.ts';
export { decodeCoordinatorMessage, decodeWorkerMessage } from './decode.ts';
export {
  encodeCoordinatorMessage,
  encodedCoordinatorSize,
  encodedWorkerSize,
  encodeWorkerMessage,
} from './encode.ts';
export { FramePool } from './frame-pool.ts';
export { PROTOCOL_ERROR_CODES, ProtocolError } from './errors.ts';
export type { ProtocolErrorCode } from './errors.ts';
export { workerId } from './ids.ts';
export type { WorkerId } from './ids.ts';
export {
  coordinatorMessageLimits,
  HANDSHAKE_LIMITS,
  HEARTBEAT_MILLIS,
  workerMessageLimits,
} from './limits.ts';
export type { FrameLimits, RunShape } from './limits.ts';
export type {
  Contribution,
  CoordinatorMessage,
  Finished,
  FinishReason,
  Heartbeat,
  Hello,
  InvalidReason,
  LeaseMessage,
  LeasePurpose,
  Leave,
  RefusalCode,
  Refused,
  RowsMessage,
  SpanReference,
  Standby,
  StandbyReason,
  Verdict,
  VerdictMessage,
  Weights,
  Welcome,
  WorkerKind,
  WorkerMessage,
} from './messages.ts';
export { TensorRoom } from './tensor-room.ts';
export { TEXT_LIMITS } from './schema-parts.ts';
export { CONTRACT, PROTOCOL_VERSION } from './versions.ts';
export { decodeViewerMessage, MAX_VIEWER_MESSAGE_BYTES, VIEW_PATH } from './viewer-messages.ts';
export type { RunVerb, ViewerMessage, ViewerRole, WorkerVerb } from './viewer-messages.ts';
