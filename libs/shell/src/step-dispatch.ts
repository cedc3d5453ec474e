import type { LeasePurpose } from '@lockstep/coordination';
import type { Span } from '@lockstep/data';
import { CLOSE_CODES } from '@lockstep/protocol';
import type { DealtSpan, LeaseDispatch } from './lease-dispatch.ts';
import type { WeightsBroadcast } from './weights-broadcast.ts';
import type { WorkerConnection } from './worker-connection.ts';

/** What a reader may take for any weights, in microseconds, */
const PATIENCE_MICROS = 10_000_000;
/** and how many bytes a second it has to take beyond that: a line ten times slower than a phone's is of no use. */
const LEAST_BYTES_PER_SECOND = 64 * 1024;

interface HeldLease {
  readonly span: Span;
  readonly purpose: LeasePurpose;
}

/** A worker that has not taken all of its newest weights. */
interface Reader {
  /** Microseconds. */
  readonly deadline: number;
  /** What it gets when it has: the newest step's weights and leases, and nothing of the steps between. */
  held: { readonly step: number; readonly leases: HeldLease[] } | undefined;
}

/**
 * What goes out to the workers in a step. Nobody who has not taken the last weights gets newer ones, so that what waits for a
 * slow reader is bounded by one step's frames; who takes too long is closed.
 */
export class StepDispatch {
  readonly #weights: WeightsBroadcast;
  readonly #leases: LeaseDispatch;
  readonly #now: () => number;
  readonly #readers = new Map<WorkerConnection, Reader>();
  /** The step in flight as it was dealt, to those whom it reached at once. */
  #dealt: DealtSpan[] = [];

  /** @param now microseconds of a monotonic clock */
  constructor(weights: WeightsBroadcast, leases: LeaseDispatch, now: () => number) {
    this.#weights = weights;
    this.#leases = leases;
    this.#now = now;
  }

  /** Sends the weights that `step` starts from, or holds them back until the ones before are taken. */
  sendWeights(connection: WorkerConnection, step: number): void {
    const reader = this.#readers.get(connection);
    if (reader === undefined) this.#send(connection, step);
    else reader.held = { step, leases: [] };
  }

  /**
   * Asks for `span` of `step`, once its weights are sent.
   * @param purpose why; who is dealt a part at the start of a step is likely to have the same of the next
   */
  sendLease(connection: WorkerConnection, step: number, span: Span, purpose: LeasePurpose): void {
    const held = this.#readers.get(connection)?.held;
    if (held === undefined) {
      this.#leases.send(connection, step, span, wirePurpose(purpose));
      if (purpose === 'dealt') this.#dealt.push({ connection, span });
    } else if (held.step === step) held.leases.push({ span, purpose });
  }

  /** The whole of `step` is dealt: rows of the step after it may travel. */
  sendAhead(step: number): void {
    this.#leases.sendAhead(step, this.#dealt);
    this.#dealt = [];
  }

  /** Closes those who take too long. */
  tick(): void {
    const now = this.#now();
    for (const [connection, { deadline }] of this.#readers) {
      if (now < deadline) continue;
      this.#readers.delete(connection);
      connection.channel.close(CLOSE_CODES.slowReader.code, CLOSE_CODES.slowReader.reason);
    }
  }

  /** Nothing more goes to `connection`. */
  forget(connection: WorkerConnection): void {
    this.#readers.delete(connection);
  }

  #send(connection: WorkerConnection, step: number): void {
    this.#weights.send(step, (frame, onFlushed) => {
      const micros = PATIENCE_MICROS + Math.ceil((frame.length / LEAST_BYTES_PER_SECOND) * 1_000_000);
      const reader: Reader = { deadline: this.#now() + micros, held: undefined };
      this.#readers.set(connection, reader);
      connection.channel.send(frame, () => {
        onFlushed();
        this.#onTaken(connection, reader);
      });
    });
  }

  #onTaken(connection: WorkerConnection, reader: Reader): void {
    if (this.#readers.get(connection) !== reader) return;
    this.#readers.delete(connection);
    const { held } = reader;
    // Between a commit and its broadcast the weights at hand are already newer than what was held back.
    if (held === undefined || !this.#weights.isCurrent(held.step)) return;
    this.#send(connection, held.step);
    for (const { span, purpose } of held.leases) {
      this.#leases.send(connection, held.step, span, wirePurpose(purpose));
    }
  }
}

/** What a worker is told of it. */
const wirePurpose = (purpose: LeasePurpose): 'step' | 'check' => (purpose === 'recheck' ? 'check' : 'step');
