/**
 * One ordered channel of frames between two ends, over a WebSocket of Node or of a browser, over memory shared with a neighbour, or in
 * memory for tests and the simulation; `./testing` has the suite that each passes. On top of it `WorkerClient`: a worker's way to its
 * coordinator, connection after connection, with back-off, heartbeats and the reasons to give up.
 *
 * For both ends of every connection. Until it closes, a channel loses, repeats and reorders nothing; it never blocks its sender but
 * says how far behind the reader is and when a frame's bytes may be written again, and received memory can be given back at once.
 * Token buckets bound what one peer may do.
 *
 * It carries frames without looking into them, and is neutral: what belongs to Node or the DOM (sockets, sleep, chance) is given to
 * it.
 */

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
