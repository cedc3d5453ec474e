import type { ProtocolErrorCode } from './errors.ts';
import type { RefusalCode } from './messages.ts';

/** Why a connection ends, as the WebSocket close event says it. */
export interface CloseCode {
  readonly code: number;
  /** For people; at most 123 bytes, as a close frame allows. */
  readonly reason: string;
  /** Whether a worker that is told so gives up; otherwise it comes back, with back-off. */
  readonly isFinal: boolean;
}

/** Every code that Lockstep closes a connection with. */
export const CLOSE_CODES = {
  done: { code: 1000, reason: 'the run is over, or the worker left', isFinal: true },
  goingAway: { code: 1001, reason: 'this side is shutting down', isFinal: false },
  protocolViolation: { code: 1002, reason: 'not a valid WebSocket stream', isFinal: false },
  textFrame: { code: 1003, reason: 'only binary messages are understood', isFinal: false },
  badUtf8: { code: 1007, reason: 'a text that is not UTF-8', isFinal: false },
  frameTooLarge: { code: 1009, reason: 'a message larger than any of this run', isFinal: false },
  internalError: { code: 1011, reason: 'an error on this side; see its log', isFinal: false },
  badMessage: { code: 4400, reason: 'a message that is not valid', isFinal: false },
  // Final for who was told so by `refused`; who was too slow to say hello is told no more than this.
  token: { code: 4401, reason: 'the token is missing or wrong', isFinal: false },
  refused: { code: 4403, reason: 'this worker may not take part', isFinal: true },
  versionMismatch: { code: 4406, reason: 'another protocol, contract or golden digest', isFinal: true },
  helloDeadline: { code: 4408, reason: 'no hello in time', isFinal: false },
  silent: { code: 4410, reason: 'no sign of life in time', isFinal: false },
  slowReader: { code: 4413, reason: 'messages are not read fast enough', isFinal: false },
  tooManyStrikes: { code: 4429, reason: 'too many invalid messages', isFinal: true },
  tooManyMessages: { code: 4430, reason: 'more messages than anybody asked for', isFinal: false },
  full: { code: 4503, reason: 'as many workers as this coordinator takes are connected', isFinal: false },
} as const satisfies Readonly<Record<string, CloseCode>>;

const BY_CODE: ReadonlyMap<number, CloseCode> = new Map(
  Object.values(CLOSE_CODES).map((close) => [close.code, close]),
);

/** The entry of `code`; undefined when Lockstep never closes with it. */
export const closeCodeOf = (code: number): CloseCode | undefined => BY_CODE.get(code);

/** Whether a worker that was closed with `code` gives up instead of coming back. */
export const isFinalClose = (code: number): boolean => BY_CODE.get(code)?.isFinal ?? false;

/** How the connection of a refused worker ends. */
export const CLOSE_FOR_REFUSAL: Readonly<Record<RefusalCode, CloseCode>> = {
  'protocol-version': CLOSE_CODES.versionMismatch,
  contract: CLOSE_CODES.versionMismatch,
  'golden-digest': CLOSE_CODES.versionMismatch,
  token: CLOSE_CODES.token,
  full: CLOSE_CODES.full,
  excluded: CLOSE_CODES.refused,
};

/** How the connection ends after a frame that could not be decoded, where it has to end. */
export function closeForError(code: ProtocolErrorCode): CloseCode {
  if (code === 'protocol-version') return CLOSE_CODES.versionMismatch;
  if (code === 'frame-too-large') return CLOSE_CODES.frameTooLarge;
  return CLOSE_CODES.badMessage;
}
