import type { Allowance } from '@lockstep/transport';

/** What the door lets through. */
export interface DoorLimits {
  /** WebSocket connections at a time: workers, and those who have not said hello yet. */
  readonly connections: number;
  /** TCP connections at a time; these are more, since HTTP comes first. Further ones are cut without a word. */
  readonly sockets: number;
  /** Longest message of a worker. */
  readonly maxFrameBytes: number;
  /** Pieces a message may come in. */
  readonly maxFragments: number;
  /** Bytes a connection may send before it is let in: a hello, and no more. */
  readonly maxBytesBeforeHello: number;
  /** How long an HTTP header may take. */
  readonly headerDeadlineMs: number;
  /** How long a whole HTTP request may take. */
  readonly requestDeadlineMs: number;
  /** HTTP requests of an address; each that does not become a WebSocket costs a page. */
  readonly requests: Allowance;
  /** Small WebSocket frames of a connection, beside those that answer a lease. */
  readonly frames: Allowance;
  /** Connections that an address may open. */
  readonly handshakes: Allowance;
  /** Wrong tokens that an address may show. */
  readonly guesses: Allowance;
}

/** Those that have not said hello yet, beside as many connections as there may be workers. */
const STRANGERS = 256;
/** Connections that are still in HTTP: the page, and handshakes. */
const VISITORS = 512;
/** A browser cuts a long message in pieces of some kilobytes; smaller ones are an attack on memory. */
const LEAST_FRAGMENT_BYTES = 1024;
/** A hello with the longest texts, and the WebSocket frame around it. */
const HELLO_BYTES = 8 * 1024;

/** The limits of a run, whose longest message from a worker has `maxFrameBytes` bytes. */
export const doorLimits = (maxFrameBytes: number, maxWorkers: number): DoorLimits => ({
  connections: maxWorkers + STRANGERS,
  sockets: maxWorkers + STRANGERS + VISITORS,
  maxFrameBytes,
  maxFragments: 64 + Math.ceil(maxFrameBytes / LEAST_FRAGMENT_BYTES),
  maxBytesBeforeHello: HELLO_BYTES,
  headerDeadlineMs: 5000,
  requestDeadlineMs: 10_000,
  // A page is ten files; whoever keeps the browser's cache asks for two of them.
  requests: { burst: 8 * (maxWorkers + STRANGERS), perSecond: 128 },
  // A worker says that it is there 1.25 times a second, and answers two pings: the burst is for a stall of its line.
  frames: { burst: 256, perSecond: 32 },
  // A house full of tabs that all reload, and no more: a handshake costs a signature's worth of hashing.
  handshakes: { burst: 2 * (maxWorkers + STRANGERS), perSecond: 32 },
  // A person who mistypes; at this rate 64 bits take longer than the universe.
  guesses: { burst: 10, perSecond: 0.1 },
});
