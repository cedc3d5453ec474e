import {
  CLOSE_CODES,
  HEARTBEAT_MILLIS,
  isFinalClose,
  ProtocolError,
  type Finished,
  type RefusalCode,
} from '@lockstep/protocol';
import {
  WorkerSession,
  type WorkerIdentity,
  type WorkerNotice,
  type WorkerSurroundings,
} from '@lockstep/worker';
import { connectWithBackoff, type BackoffOptions, type Retry, type SessionEnd } from './backoff.ts';
import type { Channel, Close } from './channel.ts';

/** Heartbeats, 10 s of them, after which a coordinator that has answered nothing at all is given up. */
const MOST_BEATS_UNHEARD = 12;

/** How a worker's part in a run ended. */
export type WorkerEnd =
  | { readonly type: 'finished'; readonly finished: Finished }
  /** Not let in, or sent away for good: coming back would not help. */
  | { readonly type: 'refused'; readonly code: string; readonly detail: string }
  /** It was told to leave, and said goodbye. */
  | { readonly type: 'left' }
  /** This machine cannot take part: memory, subnormals, a defect. */
  | { readonly type: 'failed'; readonly error: Error };

/** What a client tells whoever runs it. */
export type ClientNotice =
  | WorkerNotice
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected'; readonly close: Close }
  | { readonly type: 'retrying'; readonly retry: Retry };

export interface WorkerClientOptions
  extends
    Pick<WorkerSurroundings, 'identity' | 'createTeam' | 'now'>,
    Pick<BackoffOptions<WorkerEnd>, 'connect' | 'sleep' | 'random'> {
  /** The token to show, asked for at each hello, where it may change; that of `identity` when left out. */
  token?(): string | undefined;
  /** Calls `action` every `millis` until the function returned is called. */
  every(millis: number, action: () => void): () => void;
  notify(notice: ClientNotice): void;
}

/** A worker, connection after connection, until the run is over, it is refused, or it is told to leave. For Node and for tabs. */
export class WorkerClient {
  readonly #options: WorkerClientOptions;
  readonly #stop = { aborted: false };
  #current: Connection | undefined;

  constructor(options: WorkerClientOptions) {
    this.#options = options;
  }

  /** Connects, works, reconnects. Never rejects. */
  async run(): Promise<WorkerEnd> {
    const { connect, sleep, random, notify } = this.#options;
    const end = await connectWithBackoff<WorkerEnd>({
      connect,
      sleep,
      random,
      signal: this.#stop,
      runSession: (channel) => this.#runSession(channel),
      onRetry: (retry) => notify({ type: 'retrying', retry }),
    });
    return end ?? { type: 'left' };
  }

  /** Says goodbye and closes; `run` resolves once the close is through, or when the caller wakes its `sleep`. */
  leave(reason: string): void {
    this.#stop.aborted = true;
    if (this.#current === undefined) return;
    const { session, channel } = this.#current;
    session.leave(reason);
    channel.close(CLOSE_CODES.done.code, CLOSE_CODES.done.reason);
  }

  /** The line is dead, whatever its socket says, as after sleep: gives it up without waiting for an answer, and reconnects. */
  abandon(): void {
    this.#current?.abandon();
  }

  #identity(): WorkerIdentity {
    const { identity, token } = this.#options;
    if (token === undefined) return identity;
    const { token: _other, ...others } = identity;
    const shown = token();
    return shown === undefined ? others : { ...others, token: shown };
  }

  /** Whether who was refused so, being `shown`, may be let in later: when there is room, or with the token that it has by now. */
  readonly #mayComeBack = (code: RefusalCode, shown: WorkerIdentity): boolean =>
    code === 'full' || (code === 'token' && this.#identity().token !== shown.token);

  #runSession(channel: Channel): Promise<SessionEnd<WorkerEnd>> {
    const { createTeam, now, every, notify } = this.#options;
    const identity = this.#identity();
    const mayComeBack = this.#mayComeBack;
    return new Promise((resolve) => {
      let wasWelcomed = false;
      let end: WorkerEnd | undefined;
      /** Why this side closes, which a line that breaks before the answer does not change. */
      let fault: Close | undefined;
      const session = new WorkerSession({
        identity,
        createTeam,
        now,
        wire: channel,
        notify(notice) {
          if (notice.type === 'welcomed') wasWelcomed = true;
          if (notice.type === 'finished') end = { type: 'finished', finished: notice.finished };
          if (notice.type === 'refused' && !mayComeBack(notice.refusal.code, identity))
            end = { type: 'refused', ...codeAndDetail(notice.refusal) };
          notify(notice);
        },
        fail(error) {
          end = endOfFailure(error);
          const { code, reason } =
            error instanceof ProtocolError ? CLOSE_CODES.badMessage : CLOSE_CODES.internalError;
          fault = { code, reason };
          channel.close(code, reason);
        },
      });
      const abandon = (): void => {
        channel.close(CLOSE_CODES.silent.code, CLOSE_CODES.silent.reason);
        finish(CLOSE_CODES.silent);
      };
      this.#current = { session, channel, abandon };
      notify({ type: 'connected' });
      let isOver = false;
      const finish = (close: Close): void => {
        if (isOver) return;
        isOver = true;
        this.#current = undefined;
        rest();
        session.end();
        notify({ type: 'disconnected', close });
        if (end === undefined && isFinalClose(close.code) && close.code !== CLOSE_CODES.done.code) {
          end = { type: 'refused', code: String(close.code), detail: close.reason };
        }
        resolve(
          end === undefined
            ? { next: 'reconnect', wasWelcomed, cause: fault ?? close }
            : { next: 'stop', result: end },
        );
      };
      let beatsUnheard = 0;
      const rest = every(HEARTBEAT_MILLIS, () => {
        session.beat();
        if (beatsUnheard < MOST_BEATS_UNHEARD) beatsUnheard++;
        // The coordinator's machine may be gone without a word: nobody would answer a close either.
        else if (!hasHeard) abandon();
      });
      let hasHeard = false;
      channel.onFrame((frame) => {
        hasHeard = true;
        session.receive(frame);
      });
      channel.onClose(finish);
      session.start();
    });
  }
}

interface Connection {
  readonly session: WorkerSession;
  readonly channel: Channel;
  abandon(): void;
}

const codeAndDetail = ({
  code,
  detail,
}: {
  readonly code: string;
  readonly detail: string;
}): { code: string; detail: string } => ({
  code,
  detail,
});

/** A frame that makes no sense may be the network's fault: come back. Anything else will happen again. */
function endOfFailure(error: Error): WorkerEnd | undefined {
  if (!(error instanceof ProtocolError)) return { type: 'failed', error };
  if (error.code !== 'protocol-version') return undefined;
  return { type: 'refused', code: error.code, detail: error.message };
}
