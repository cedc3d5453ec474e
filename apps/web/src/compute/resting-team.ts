import type { GivenRows } from '@lockstep/nn';
import type { ComputeTeam, SpanRows, TeamSum } from '@lockstep/worker';

/** Rest that is owed is taken in pieces of no less: a timer wakes no more exactly. */
const LEAST_REST_MS = 5;

/** What a team that rests needs of the thread around it. */
export interface Rest {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  sleep(delayMs: number): Promise<void>;
  /** The part of the time that may be spent computing, above 0 and up to 1; asked before every span. */
  budget(): number;
}

/**
 * A team that is busy for a part of the time only. For each millisecond it computed it owes 1 / budget - 1 milliseconds of rest,
 * which it takes before the next span; waiting for work is rest too. An answer is never held back, and since the rest counts as
 * time of the span, the coordinator sees a slower worker and deals it less.
 */
export class RestingTeam implements ComputeTeam {
  readonly threads: number;
  readonly #team: ComputeTeam;
  readonly #rest: Rest;
  #owedMs = 0;
  /** When the last span was done. */
  #doneAt: number;

  constructor(team: ComputeTeam, rest: Rest) {
    this.threads = team.threads;
    this.#team = team;
    this.#rest = rest;
    this.#doneAt = rest.now();
  }

  setWeights(weights: Float32Array, checksum: string): void {
    this.#team.setWeights(weights, checksum);
  }

  compute(rows: SpanRows): Promise<TeamSum> {
    return this.#spend(() => this.#team.compute(rows));
  }

  answer(rows: GivenRows): Promise<Float32Array> {
    return this.#spend(() => this.#team.answer(rows));
  }

  /** Does `work` once the rest is taken that is owed for what was done before. */
  async #spend<Result>(work: () => Promise<Result>): Promise<Result> {
    const { now, sleep, budget } = this.#rest;
    this.#owedMs = Math.max(0, this.#owedMs - (now() - this.#doneAt));
    if (this.#owedMs >= LEAST_REST_MS) {
      const restsFrom = now();
      await sleep(this.#owedMs);
      this.#owedMs = Math.max(0, this.#owedMs - (now() - restsFrom));
    }
    const startedAt = now();
    const result = await work();
    this.#doneAt = now();
    this.#owedMs += (this.#doneAt - startedAt) * (1 / budget() - 1);
    return result;
  }

  close(): void {
    this.#team.close();
  }
}
