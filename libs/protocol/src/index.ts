/**
 * The language of coordinator and worker, and how bytes become a message: frames with a checked msgpack header and tensors behind it,
 * versions, limits by kind, close codes, and the JSON messages of those who watch. PROTOCOL.md is its description; a test holds the
 * two together.
 *
 * For everyone at either end of a connection. Bytes are hostile until decoded: a decoder takes anything, within bounds that follow
 * from the run's configuration, and throws nothing but `ProtocolError`; what it returns has every field checked. Encoding and decoding
 * are inverse, tensors are not copied where their address allows, and a frame can be built around a tensor where it lies
 * (`FrameBuffer`).
 *
 * It knows no socket and no state of a conversation: what is allowed when is for sessions, what a message leads to for `coordination`.
 */

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
export { FrameBuffer } from './frame-buffer.ts';
export { FramePool } from './frame-pool.ts';
export { PROTOCOL_ERROR_CODES, ProtocolError } from './errors.ts';
export type { ProtocolErrorCode } from './errors.ts';
export { workerId } from './ids.ts';
export type { WorkerId } from './ids.ts';
export {
  coordinatorMessageLimits,
  HANDSHAKE_LIMITS,
  WELCOME_LIMITS,
  HEARTBEAT_MILLIS,
  workerMessageLimits,
} from './limits.ts';
export type { FrameLimits, RunShape } from './limits.ts';
export type {
  AnswerPurpose,
  Contribution,
  CoordinatorMessage,
  EvaluatedMessage,
  EvaluateMessage,
  Finished,
  FinishReason,
  Heartbeat,
  Hello,
  InvalidReason,
  LeaseMessage,
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
export { TEXT_LIMITS } from './schema-parts.ts';
export { CONTRACT, PROTOCOL_VERSION } from './versions.ts';
export { decodeViewerMessage, MAX_VIEWER_MESSAGE_BYTES, VIEW_PATH } from './viewer-messages.ts';
export type { RunVerb, ViewerMessage, ViewerRole, WorkerVerb } from './viewer-messages.ts';
