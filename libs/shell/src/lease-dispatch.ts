import { leafCountOf, spanCovers, type Span } from '@lockstep/data';
import {
  encodeCoordinatorMessage,
  encodedCoordinatorSize,
  FramePool,
  type AnswerPurpose,
} from '@lockstep/protocol';
import type { Trainer } from './trainer.ts';
import type { WorkerConnection } from './worker-connection.ts';

/** Rows that a worker was sent. */
interface SentRows {
  readonly step: number;
  readonly span: Span;
}

/** A part of a step that is on its way to who was dealt it. */
export interface DealtSpan {
  readonly connection: WorkerConnection;
  readonly span: Span;
}

/**
 * Sends leases, and rows before them. The rows of the next step travel while the one before is computed: a worker is likely
 * to be dealt the span it has now. What comes otherwise costs the rows once more, and nothing else.
 */
export class LeaseDispatch {
  readonly #term: number;
  readonly #trainer: Trainer;
  readonly #pool = new FramePool();
  readonly #sent = new WeakMap<WorkerConnection, SentRows[]>();

  constructor(term: number, trainer: Trainer) {
    this.#term = term;
    this.#trainer = trainer;
  }

  /** Asks `connection` for `span` of `step`, whose weights it has. */
  send(connection: WorkerConnection, step: number, span: Span, purpose: AnswerPurpose): void {
    const sent = this.#sentTo(connection).filter((rows) => rows.step >= step);
    this.#sent.set(connection, sent);
    if (!sent.some((rows) => rows.step === step && spanCovers(rows.span, span))) {
      this.#sendRows(connection, step, span);
    }
    const { start, end } = this.#trainer.rowRangeOf(step, span);
    const rowCount = end - start;
    connection.send({ type: 'lease', term: this.#term, step, span, purpose, rowCount });
  }

  /** The whole of `step` is dealt: sends everyone who has a part the same part of the step after it. */
  sendAhead(step: number, dealt: readonly DealtSpan[]): void {
    const { sampler, config } = this.#trainer;
    const next = step + 1;
    if (next >= config.totalSteps) return;
    const leavesOf = (number: number): number => leafCountOf(sampler.rowCountOfStep(number), config.leafRows);
    // A short mini-batch, at the end of an epoch, has another tree.
    if (leavesOf(next) !== leavesOf(step)) return;
    for (const { connection, span } of dealt) this.#sendRows(connection, next, span);
  }

  #sendRows(connection: WorkerConnection, step: number, span: Span): void {
    const { rows, labels } = this.#trainer.rowsOf(step, span);
    const { start, end } = this.#trainer.rowRangeOf(step, span);
    const rowCount = end - start;
    const message = { type: 'rows', term: this.#term, step, span, rowCount, rows, labels } as const;
    const buffer = this.#pool.take(encodedCoordinatorSize(message));
    connection.channel.send(encodeCoordinatorMessage(message, buffer), () => this.#pool.give(buffer));
    this.#sentTo(connection).push({ step, span });
  }

  #sentTo(connection: WorkerConnection): SentRows[] {
    let sent = this.#sent.get(connection);
    if (sent === undefined) {
      sent = [];
      this.#sent.set(connection, sent);
    }
    return sent;
  }
}
