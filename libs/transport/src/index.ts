export {
  backoffDelayMs,
  type BackoffOptions,
  connectWithBackoff,
  type Retry,
  type SessionEnd,
  type StopSignal,
} from './backoff.ts';
export type { Channel, Close } from './channel.ts';
export { Inbox } from './inbox.ts';
export { memoryChannelPair, spoil } from './memory-channel.ts';
export { openChannel } from './open-channel.ts';
export { ReceivedMemory, type ChunkSource } from './received-memory.ts';
export { LEAST_SHARED_BYTES, SlotChannel, type OpenSlots, type SharedSlots } from './slot-channel.ts';
export { Slots } from './slots.ts';
export { TokenBucket, type Allowance } from './token-bucket.ts';
export { TransportError, type TransportErrorCode } from './transport-error.ts';
export { webSocketChannel } from './web-socket-channel.ts';
export type { WebSocketLike } from './web-socket-like.ts';
export {
  WorkerClient,
  type ClientNotice,
  type WorkerClientOptions,
  type WorkerEnd,
} from './worker-client.ts';
