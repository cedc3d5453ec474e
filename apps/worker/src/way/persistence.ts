import { CLOSE_CODES } from '@lockstep/protocol';
import type { Close } from '@lockstep/transport';
import { ConnectFailure, type FailureKind } from './connect-failure.ts';

/** Tries in a row that may fail for a reason that waiting does not mend. */
export const TRIES = 3;
/** For so long, in milliseconds, one that was in before tries all the same: a proxy that is loaded again answers 404 for a moment. */
const ONCE_WELCOME_MS = 60_000;

/** How a worker's own side closes when what it hears is not the protocol. */
const NOT_UNDERSTOOD: ReadonlySet<number> = new Set([
  CLOSE_CODES.badMessage.code,
  CLOSE_CODES.textFrame.code,
  CLOSE_CODES.frameTooLarge.code,
]);

/** What a connection that broke shows. */
const BROKEN = 1006;
/** The same before there was a connection: a busy machine gives these in place of what is wrong. */
const UNCLEAR: ReadonlySet<FailureKind> = new Set(['cut', 'time-out']);

/** Counts failures that somebody has to mend, to say when there is no use in trying on. */
export class Persistence {
  readonly #now: () => number;
  #tries = 0;
  #since = 0;
  #wasWelcome = false;

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  onWelcome(): void {
    this.#wasWelcome = true;
    this.#tries = 0;
  }

  /** @param cause what the next try is waited for after @returns why there is no use in it; undefined where there is */
  onFailure(cause: unknown): ConnectFailure | undefined {
    // A line that breaks says nothing of who is at its other end.
    if ((cause as Partial<Close> | undefined)?.code === BROKEN) return undefined;
    const failure = failureIn(cause);
    if (failure !== undefined && UNCLEAR.has(failure.kind)) return undefined;
    if (failure?.isLasting !== true) {
      this.#tries = 0;
      return undefined;
    }
    if (this.#tries++ === 0) this.#since = this.#now();
    if (this.#tries < TRIES) return undefined;
    return this.#wasWelcome && this.#now() - this.#since < ONCE_WELCOME_MS ? undefined : failure;
  }
}

function failureIn(cause: unknown): ConnectFailure | undefined {
  if (cause instanceof ConnectFailure) return cause;
  const { code, reason } = (cause ?? {}) as Partial<Close>;
  if (code === undefined || !NOT_UNDERSTOOD.has(code)) return undefined;
  const words = reason === undefined || reason === '' ? String(code) : reason;
  return new ConnectFailure(
    'not-lockstep',
    `what answers there does not speak the protocol of this Lockstep (${words}): is this the coordinator's address?`,
  );
}
