import type { RunConfig } from '@lockstep/config';
import { spanCovers, targetsBetween } from '@lockstep/data';
import {
  ProtocolError,
  type EvaluateMessage,
  type LeaseMessage,
  type RowsMessage,
  type Weights,
} from '@lockstep/protocol';
import type { SpanRows } from './span-computer.ts';
import type { Wire } from './worker-session.ts';

/** A lease with the rows it is about. */
export interface Work {
  readonly lease: LeaseMessage;
  readonly rows: SpanRows;
}

/** Messages with rows that are kept of one step; no coordinator sends nearly so many. */
const MOST_ROWS_MESSAGES = 256;

/** Parts of an evaluation that are kept; no coordinator sends nearly so many. */
const MOST_PARTS = 16;

/**
 * What lies ready for a worker to compute: the newest weights, the rows of this step and the next, the leases in their order, parts of an
 * evaluation of these weights.
 */
export class SpanDesk {
  readonly #term: number;
  readonly #config: RunConfig;
  readonly #wire: Pick<Wire, 'recycle'>;
  #step = -1;
  #weights: Weights | undefined;
  #rows: RowsMessage[] = [];
  #leases: LeaseMessage[] = [];
  #parts: EvaluateMessage[] = [];
  #rowsDone = 0;

  constructor(term: number, config: RunConfig, wire: Pick<Wire, 'recycle'>) {
    this.#term = term;
    this.#config = config;
    this.#wire = wire;
  }

  /** The step of the newest weights; -1 before the first. */
  get step(): number {
    return this.#step;
  }

  /** Rows of that step whose gradients were computed. */
  get rowsDone(): number {
    return this.#rowsDone;
  }

  /** Newer weights make everything about earlier steps void. */
  putWeights(message: Weights): void {
    if (message.step !== this.#step) this.#rowsDone = 0;
    if (this.#weights !== undefined) this.#wire.recycle(this.#weights.weights.buffer);
    this.#weights = message;
    this.#step = message.step;
    this.#leases = [];
    for (const { rows } of this.#parts) this.#wire.recycle(rows.buffer);
    this.#parts = [];
    this.#rows = this.#rows.filter(
      ({ step, rows }) => step >= message.step || this.#wire.recycle(rows.buffer),
    );
  }

  /** @throws {ProtocolError} `unexpected-message` */
  putRows(message: RowsMessage): void {
    const isSoon = message.step === this.#step || message.step === this.#step + 1;
    if (!isSoon || message.term !== this.#term || this.#rows.length >= MOST_ROWS_MESSAGES) {
      throw new ProtocolError(
        'unexpected-message',
        `rows of step ${message.step} came with the weights of step ${this.#step}`,
      );
    }
    this.#rows.push(message);
  }

  /** @throws {ProtocolError} `unexpected-message` for another step than that of the weights, or without its rows */
  putLease(lease: LeaseMessage): void {
    if (lease.step !== this.#step || lease.term !== this.#term) {
      throw new ProtocolError(
        'unexpected-message',
        `a lease of step ${lease.step} came with the weights of step ${this.#step}`,
      );
    }
    if (this.#rowsOf(lease) === undefined) {
      throw new ProtocolError('unexpected-message', `a lease of step ${lease.step} came before its rows`);
    }
    this.#leases.push(lease);
  }

  /** @throws {ProtocolError} `unexpected-message` for other weights than those at hand, or one too many */
  putPart(message: EvaluateMessage): void {
    if (message.step !== this.#step || message.term !== this.#term || this.#parts.length >= MOST_PARTS) {
      throw new ProtocolError(
        'unexpected-message',
        `a part of an evaluation of step ${message.step} came with the weights of step ${this.#step}`,
      );
    }
    this.#parts.push(message);
  }

  /** The newest weights, once. */
  takeWeights(): Weights | undefined {
    const weights = this.#weights;
    this.#weights = undefined;
    return weights;
  }

  /** The next lease, if there is one. */
  takeWork(): Work | undefined {
    const lease = this.#leases.shift();
    return lease && { lease, rows: this.#rowsOf(lease)! };
  }

  /** The next part of an evaluation, if there is one: somebody waits for it. Its rows are the caller's. */
  takePart(): EvaluateMessage | undefined {
    return this.#parts.shift();
  }

  /** The rows of `lease` are computed. */
  noteDone({ step, rowCount }: LeaseMessage): void {
    if (step === this.#step) this.#rowsDone += rowCount;
  }

  #rowsOf({ step, span, rowCount }: LeaseMessage): SpanRows | undefined {
    const message = this.#rows.find((rows) => rows.step === step && spanCovers(rows.span, span));
    if (message === undefined) return undefined;
    const { leafRows, dataset } = this.#config;
    const skipped = (span.firstLeaf - message.span.firstLeaf) * leafRows;
    if (skipped + rowCount > message.rowCount) return undefined;
    const { featureCount, classCount } = dataset;
    return {
      rows: message.rows.subarray(skipped * featureCount, (skipped + rowCount) * featureCount),
      labels: targetsBetween(message.labels, skipped, skipped + rowCount, classCount),
      step,
      firstRow: span.firstLeaf * leafRows,
    };
  }
}
