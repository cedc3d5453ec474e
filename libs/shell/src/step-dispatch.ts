import type { LeasePurpose } from '@lockstep/coordination';
import type { Span } from '@lockstep/data';
import { CLOSE_CODES, type AnswerPurpose } from '@lockstep/protocol';
import type { DealtSpan, LeaseDispatch } from './lease-dispatch.ts';
import { UntakenWeights } from './untaken-weights.ts';
import type { WeightsBroadcast } from './weights-broadcast.ts';
import type { WorkerConnection } from './worker-connection.ts';

interface HeldLease {
  readonly span: Span;
  readonly purpose: LeasePurpose;
}

/** A worker whose newest weights are not all on the wire. */
interface Reader {
  /** What it gets when they are: the newest step's weights and leases, and nothing of the steps between. */
  held: { readonly step: number; readonly leases: HeldLease[] } | undefined;
}

/**
 * What goes out to the workers in a step. Nobody gets newer weights before the last ones are on the wire, so that what waits here
 * for a slow reader is bounded by one step's frames; who takes too long for them is closed.
 */
export class StepDispatch {
  readonly #weights: WeightsBroadcast;
  readonly #leases: LeaseDispatch;
  readonly #untaken: UntakenWeights;
  readonly #readers = new Map<WorkerConnection, Reader>();
  /** The step of the newest weights that each was sent. */
  readonly #sent = new WeakMap<WorkerConnection, number>();
  /** The frame of other weights that each was sent after those. */
  readonly #others = new WeakMap<WorkerConnection, Uint8Array>();
  /** The step in flight as it was dealt, to those whom it reached at once. */
  #dealt: DealtSpan[] = [];

  /** @param now microseconds of a monotonic clock */
  constructor(weights: WeightsBroadcast, leases: LeaseDispatch, now: () => number) {
    this.#weights = weights;
    this.#leases = leases;
    this.#untaken = new UntakenWeights(now);
  }

  /** Sends the weights that `step` starts from, once, or holds them back until the ones before are taken. */
  sendWeights(connection: WorkerConnection, step: number): void {
    if (this.#sent.get(connection) === step) return;
    const reader = this.#readers.get(connection);
    if (reader === undefined) this.#send(connection, step);
    else reader.held = { step, leases: [] };
  }

  /** Sends them too, unless `connection` still takes the ones before. @returns whether they are on their way, or there */
  offerWeights(connection: WorkerConnection, step: number): boolean {
    if (this.#sent.get(connection) !== step && this.#readers.has(connection)) return false;
    this.sendWeights(connection, step);
    return true;
  }

  /**
   * Sends the frame of other weights under the number of `step`, unless `connection` still takes the ones before. Those of the step are
   * sent again when they are next asked for. @returns as `offerWeights`
   */
  offerOthers(connection: WorkerConnection, step: number, frame: Uint8Array): boolean {
    if (this.#others.get(connection) === frame) return true;
    if (this.#readers.has(connection)) return false;
    this.#sent.delete(connection);
    this.#others.set(connection, frame);
    this.#put(connection, step, frame);
    return true;
  }

  /**
   * Asks for `span` of `step`, once its weights are sent.
   * @param purpose why; who is dealt a part at the start of a step is likely to have the same of the next
   */
  sendLease(connection: WorkerConnection, step: number, span: Span, purpose: LeasePurpose): void {
    const held = this.#readers.get(connection)?.held;
    if (held === undefined) {
      this.#leases.send(connection, step, span, answerPurpose(purpose));
      if (purpose === 'dealt') this.#dealt.push({ connection, span });
    } else if (held.step === step) held.leases.push({ span, purpose });
  }

  /** The whole of `step` is dealt: rows of the step after it may travel, once everything for this one is on its way. */
  sendAhead(step: number): void {
    const dealt = this.#dealt;
    this.#dealt = [];
    queueMicrotask(() => this.#leases.sendAhead(step, dealt));
  }

  /** Something came from `connection` that only who has the weights of `step` can send. */
  taken(connection: WorkerConnection, step: number): void {
    this.#untaken.taken(connection, step);
  }

  /** Closes those who take too long. */
  tick(): void {
    for (const connection of this.#untaken.late()) {
      this.forget(connection);
      connection.channel.close(CLOSE_CODES.slowReader.code, CLOSE_CODES.slowReader.reason);
    }
  }

  /** Nothing more goes to `connection`. */
  forget(connection: WorkerConnection): void {
    this.#readers.delete(connection);
    this.#untaken.forget(connection);
  }

  #send(connection: WorkerConnection, step: number): void {
    this.#weights.send(step, (frame, onFlushed) => {
      this.#sent.set(connection, step);
      this.#others.delete(connection);
      this.#put(connection, step, frame, onFlushed);
    });
  }

  #put(connection: WorkerConnection, step: number, frame: Uint8Array, onFlushed?: () => void): void {
    const reader: Reader = { held: undefined };
    this.#readers.set(connection, reader);
    this.#untaken.add(connection, step, frame.length);
    connection.channel.send(frame, () => {
      onFlushed?.();
      this.#onFlushed(connection, reader);
    });
  }

  #onFlushed(connection: WorkerConnection, reader: Reader): void {
    if (this.#readers.get(connection) !== reader) return;
    this.#readers.delete(connection);
    const { held } = reader;
    // Between a commit and its broadcast the weights at hand are already newer than what was held back.
    if (held === undefined || !this.#weights.isCurrent(held.step)) return;
    this.#send(connection, held.step);
    for (const { span, purpose } of held.leases) {
      this.#leases.send(connection, held.step, span, answerPurpose(purpose));
    }
  }
}

/** What a worker is told of it. */
const answerPurpose = (purpose: LeasePurpose): AnswerPurpose => (purpose === 'recheck' ? 'check' : 'step');
