import { GOLDEN_DIGEST } from '@lockstep/nn';
import {
  cleanName,
  CLOSE_CODES,
  CLOSE_FOR_REFUSAL,
  closeForError,
  CONTRACT,
  coordinatorMessageLimits,
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  HANDSHAKE_LIMITS,
  PROTOCOL_VERSION,
  ProtocolError,
  type Contribution,
  type CoordinatorMessage,
  type EvaluatedMessage,
  type FrameLimits,
  type Heartbeat,
  type Hello,
  type RefusalCode,
  type SpanReference,
  type WorkerId,
} from '@lockstep/protocol';
import type { Channel } from '@lockstep/transport';
import { MessageBudget } from './message-budget.ts';

/** Seconds from the upgrade to `hello`. */
const HELLO_DEADLINE_MS = 5000;
/** Leases, verdicts and other small messages that may wait for a reader. */
const SMALL_CHANGE_BYTES = 256 * 1024;

/** What the coordinator asks of everyone who comes in. */
export interface Door {
  readonly term: number;
  readonly run: string;
  readonly configJson: string;
  readonly limits: FrameLimits;
  /** Whether workers have to show a token. */
  readonly asksToken: boolean;
  /** Whether who shows this token, or none, at the other end of `channel` may come in. */
  admits(token: string | undefined, channel: Channel): boolean;
  /** Calls `action` after `delayMs`, unless the function returned is called first. */
  after(delayMs: number, action: () => void): () => void;
  /**
   * Bytes of messages that have come from the other end of `channel`, also of one that is not whole yet. Those of pings and pongs do
   * not count: a frozen tab answers pings too.
   */
  bytesFrom(channel: Channel): number;
  /** The other end of `channel` was asked for an answer, which is to be let through. */
  expectAnswer(channel: Channel): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  nextId(): WorkerId;
}

interface Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
}

const TOKEN_REFUSAL: Refusal = {
  code: 'token',
  detail: 'the token is missing or wrong: take the command that the coordinator printed',
};

/** What a connection tells the shell. */
export interface ConnectionEvents {
  onJoined(connection: WorkerConnection): void;
  onContribution(connection: WorkerConnection, contribution: Contribution): void;
  /** A contribution whose header was readable and whose tensors were not those of this run. */
  onBadShape(connection: WorkerConnection, about: SpanReference): void;
  onEvaluated(connection: WorkerConnection, evaluated: EvaluatedMessage): void;
  onHeartbeat(connection: WorkerConnection, heartbeat: Heartbeat): void;
  /** Once, and only after `onJoined`. */
  onLeft(connection: WorkerConnection, reason: string): void;
}

/** One worker's connection, from the upgrade on: hello within the deadline, checked; then its messages. */
export class WorkerConnection {
  readonly channel: Channel;
  readonly id: WorkerId;
  name = '';
  kind: Hello['kind'] = 'process';
  engine = '';
  backend = '';
  threads = 1;
  readonly #door: Door;
  readonly #events: ConnectionEvents;
  readonly #cancelHelloDeadline: () => void;
  /** The weights of a step, the rows of two, and some more: nobody who reads is that far behind. */
  readonly #mostBufferedBytes: number;
  readonly #budget: MessageBudget;
  #hasJoined = false;
  #leaveReason: string | undefined;

  constructor(channel: Channel, door: Door, events: ConnectionEvents) {
    this.channel = channel;
    this.id = door.nextId();
    this.#door = door;
    this.#events = events;
    this.#budget = new MessageBudget(door.now());
    this.#mostBufferedBytes = 4 * coordinatorMessageLimits(door.limits).maxFrameBytes + SMALL_CHANGE_BYTES;
    this.#cancelHelloDeadline = door.after(HELLO_DEADLINE_MS, () => {
      const { code, reason } = door.asksToken ? CLOSE_CODES.token : CLOSE_CODES.helloDeadline;
      channel.close(code, reason);
    });
    channel.onFrame((frame) => this.#onFrame(frame));
    channel.onClose(({ code, reason }) => this.#onClose(code, reason));
  }

  /** Sends a small message; one more for a peer that has read nothing for long closes it. */
  send(message: CoordinatorMessage): void {
    if (this.channel.bufferedBytes > this.#mostBufferedBytes) {
      return this.channel.close(CLOSE_CODES.slowReader.code, CLOSE_CODES.slowReader.reason);
    }
    if (message.type === 'lease') this.expectAnswer('contribution');
    this.channel.send(encodeCoordinatorMessage(message));
  }

  /** It was given something to do: one more message of that kind is to come. */
  expectAnswer(kind: 'contribution' | 'evaluated'): void {
    this.#budget.expectAnswer(kind);
    this.#door.expectAnswer(this.channel);
  }

  /** Time passed: several times a second. */
  tick(): void {
    this.#budget.settle(this.#door.now());
  }

  #onFrame(frame: Uint8Array): void {
    if (!this.channel.isOpen) return;
    try {
      const message = decodeWorkerMessage(frame, this.#hasJoined ? this.#door.limits : HANDSHAKE_LIMITS);
      if (this.#hasJoined === (message.type === 'hello')) {
        throw new ProtocolError('unexpected-message', 'hello is the first message, and said once');
      }
      if (!this.#budget.allows(message.type, this.#door.now())) return this.#closeFlood();
      switch (message.type) {
        case 'hello':
          return this.#onHello(message);
        case 'contribution':
          return this.#events.onContribution(this, message);
        case 'evaluated':
          return this.#events.onEvaluated(this, message);
        case 'leave':
          this.#leaveReason = cleanName(message.reason);
          return this.channel.close(CLOSE_CODES.done.code, CLOSE_CODES.done.reason);
        case 'heartbeat':
          return this.#events.onHeartbeat(this, message);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (error.about !== undefined && this.#hasJoined) {
        // It counts as what it says it is: also one that nobody can use has to be decoded, judged and written down.
        if (!this.#budget.allows('contribution', this.#door.now())) return this.#closeFlood();
        return this.#events.onBadShape(this, error.about);
      }
      if (error.code === 'protocol-version')
        this.send({ type: 'refused', code: error.code, detail: error.message });
      else if (!this.#hasJoined && this.#door.asksToken) return this.#refuse(TOKEN_REFUSAL);
      this.channel.close(closeForError(error.code).code, error.message);
    }
  }

  #closeFlood(): void {
    this.channel.close(CLOSE_CODES.tooManyMessages.code, CLOSE_CODES.tooManyMessages.reason);
  }

  #onHello(hello: Hello): void {
    const refusal = this.#refusalOf(hello);
    this.#cancelHelloDeadline();
    if (refusal !== undefined) return this.#refuse(refusal);
    this.#hasJoined = true;
    this.name = cleanName(hello.name) || `worker-${this.id}`;
    this.kind = hello.kind;
    this.engine = cleanName(hello.engine);
    this.backend = cleanName(hello.backend);
    this.threads = hello.threads;
    const { term, run, configJson } = this.#door;
    const facts = { protocol: PROTOCOL_VERSION, contract: CONTRACT, goldenDigest: GOLDEN_DIGEST };
    this.send({ type: 'welcome', ...facts, term, worker: this.id, run, configJson });
    this.#events.onJoined(this);
  }

  #refuse(refusal: Refusal): void {
    this.send({ type: 'refused', ...refusal });
    const { code, reason } = CLOSE_FOR_REFUSAL[refusal.code];
    this.channel.close(code, reason);
  }

  #refusalOf(hello: Hello): Refusal | undefined {
    if (!this.#door.admits(hello.token, this.channel)) return TOKEN_REFUSAL;
    if (hello.contract !== CONTRACT) {
      const detail = `the worker computes under ${cleanName(hello.contract)}, the coordinator under ${CONTRACT}`;
      return { code: 'contract', detail: `${detail}: install the same version of Lockstep on both` };
    }
    if (hello.goldenDigest !== GOLDEN_DIGEST) {
      const detail = "the worker's engine does not give the contract's bits in the golden workload";
      return { code: 'golden-digest', detail: `${detail}: try --backend reference, or another engine` };
    }
    return undefined;
  }

  #onClose(code: number, reason: string): void {
    this.#cancelHelloDeadline();
    if (!this.#hasJoined) return;
    const why = this.#leaveReason ?? (cleanName(reason) || `connection lost (${code})`);
    this.#events.onLeft(this, why);
  }
}
