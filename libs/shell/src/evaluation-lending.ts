import {
  CLOSE_CODES,
  encodeCoordinatorMessage,
  encodedCoordinatorSize,
  FramePool,
  type EvaluatedMessage,
} from '@lockstep/protocol';
import type { EvaluationHelpers, LentEvaluation } from './evaluations.ts';
import type { StepDispatch } from './step-dispatch.ts';
import type { Trainer } from './trainer.ts';
import type { WorkerConnection } from './worker-connection.ts';

/** Parts that a worker has at once: one that it judges, and one that travels meanwhile. */
const PARTS_AHEAD = 2;

/** How long a tab may be silent over one part, in microseconds: as long as a lease lasts at most. */
const TAB_PATIENCE_MICROS = 30_000_000;

/** What a worker is at. */
interface Taken {
  readonly parts: Set<number>;
  /** When it was last given a part, in microseconds. */
  since: number;
}

export interface LendingSetup {
  readonly term: number;
  readonly trainer: Trainer;
  readonly dispatcher: StepDispatch;
  /**
   * Everyone who has come in and has nothing else to answer: whoever takes the weights that are judged answers nothing about earlier
   * ones any more.
   */
  workers(): Iterable<WorkerConnection>;
  /** Microseconds of a monotonic clock. */
  now(): number;
}

/**
 * Lends an evaluation that training waits for to the workers, who stand idle meanwhile: rows go out with the weights' step, outputs come
 * back. Nothing depends on an answer, since the coordinator judges from the other end.
 */
export class EvaluationLending implements EvaluationHelpers {
  readonly #setup: LendingSetup;
  readonly #pool = new FramePool();
  readonly #taken = new Map<WorkerConnection, Taken>();
  #lent: LentEvaluation | undefined;
  /** What its first part is called: no two evaluations share a name, so that a late answer of the one before counts for nothing. */
  #firstPart = 0;
  #partsLent = 0;
  /** The frame of the weights that are judged, where they are an average. */
  #average: Uint8Array | undefined;

  constructor(setup: LendingSetup) {
    this.#setup = setup;
  }

  lend(evaluation: LentEvaluation): void {
    if (this.#lent === evaluation) return;
    this.#firstPart += this.#partsLent;
    this.#partsLent = evaluation.parts.length;
    this.#lent = evaluation;
    this.#average = undefined;
    this.#taken.clear();
    const end = (): void => {
      if (this.#lent === evaluation) this.#lent = undefined;
    };
    evaluation.job.done.then(end, end);
    this.supplyAll();
  }

  /** Somebody came in or answered, or time passed: whoever could be given nothing before may be now. */
  supplyAll(): void {
    if (this.#lent === undefined) return;
    for (const worker of this.#setup.workers()) this.#supply(worker, this.#lent);
  }

  /** What it was at is somebody else's. */
  left(worker: WorkerConnection): void {
    this.#lent?.job.leave(worker);
    this.#taken.delete(worker);
  }

  /** A part is judged. What nobody asked for, or asks for any more, is left alone; what can be no answer ends the connection. */
  answered(worker: WorkerConnection, { term, step, rowCount, outputs, ...answer }: EvaluatedMessage): void {
    const lent = this.#lent;
    if (lent === undefined || term !== this.#setup.term || step !== lent.step) return;
    const part = answer.part - this.#firstPart;
    if (this.#taken.get(worker)?.parts.delete(part) !== true) return;
    if (rowCount !== lent.parts[part]!.rowCount) {
      return worker.channel.close(CLOSE_CODES.badMessage.code, CLOSE_CODES.badMessage.reason);
    }
    lent.answer(part, outputs, worker);
    this.#supply(worker, lent);
  }

  /** Those who cannot say that they are there while they judge: tabs, for as long as that may take. */
  silent(): readonly WorkerConnection[] {
    if (this.#lent === undefined) return [];
    const now = this.#setup.now();
    return [...this.#taken].flatMap(([worker, { parts, since }]) =>
      worker.kind === 'tab' && parts.size > 0 && now - since < TAB_PATIENCE_MICROS ? worker : [],
    );
  }

  /** @returns whether the weights that are judged are on their way to `worker`, or there */
  #offerWeights(worker: WorkerConnection, { step, average }: LentEvaluation): boolean {
    const { dispatcher, term, trainer } = this.#setup;
    if (average === undefined) return dispatcher.offerWeights(worker, step);
    this.#average ??= encodeCoordinatorMessage({
      ...{ type: 'weights', term, step, weights: average },
      checksum: trainer.backend.checksum(average).checksum,
    });
    return dispatcher.offerOthers(worker, step, this.#average);
  }

  #supply(worker: WorkerConnection, lent: LentEvaluation): void {
    const { term, now } = this.#setup;
    const taken = this.#taken.get(worker) ?? { parts: new Set(), since: now() };
    if (lent.job.isDone || taken.parts.size >= PARTS_AHEAD || !worker.channel.isOpen) return;
    if (!this.#offerWeights(worker, lent)) return;
    this.#taken.set(worker, taken);
    while (taken.parts.size < PARTS_AHEAD) {
      const part = lent.job.takeLast(worker);
      if (part === undefined) return;
      taken.parts.add(part);
      taken.since = now();
      const { rows, rowCount } = lent.parts[part]!;
      const name = { term, step: lent.step, part: this.#firstPart + part };
      const message = { type: 'evaluate', ...name, rowCount, rows } as const;
      const buffer = this.#pool.take(encodedCoordinatorSize(message));
      worker.expectAnswer('evaluated');
      worker.channel.send(encodeCoordinatorMessage(message, buffer), () => this.#pool.give(buffer));
    }
  }
}
