import { assertSubnormals, type Backend } from '@lockstep/math';
import { fillTargets, standardisationTable, targetsBetween } from '@lockstep/data';
import { answerRows, shareBound } from '@lockstep/nn';
import { TeamControl, type TeamJob } from './team-control.ts';
import { teamTensors, type TeamPlan, type TeamTensors } from './team-memory.ts';

/** What a thread tells the thread of the socket. */
export type TeamMessage =
  /** The thread sleeps and can be given work. */
  | { readonly type: 'ready' }
  /** The job is done, by all threads. */
  | {
      readonly type: 'done';
      /** Of the gradient; empty where rows were answered. */
      readonly checksum: string;
      readonly weightsChecksum: string;
      readonly lossSum: number;
    }
  | { readonly type: 'failed'; readonly error: Error };

/** A computing thread of a team. */
export class TeamThread {
  readonly #backend: Backend;
  readonly #plan: TeamPlan;
  readonly #thread: number;
  readonly #control: TeamControl;
  readonly #tensors: TeamTensors;
  readonly #table: Float32Array;

  /** @param backend on the plan's memory, as thread `thread` of it; nothing has been allocated on it yet */
  constructor(backend: Backend, plan: TeamPlan, thread: number) {
    this.#backend = backend;
    this.#plan = plan;
    this.#thread = thread;
    this.#control = new TeamControl(plan.control, plan.threads);
    this.#tensors = teamTensors(backend, plan.config);
    this.#table = standardisationTable(plan.config.standardisation);
  }

  /** Works until the team is closed; this thread does nothing else meanwhile. */
  run(post: (message: TeamMessage) => void): void {
    let seen = this.#control.generation;
    post({ type: 'ready' });
    for (;;) {
      const job = this.#control.nextJob(seen);
      if (job === undefined) return;
      seen++;
      try {
        if (job.isAnswer) this.#answer(job);
        else this.#compute(job);
        if (this.#control.finish()) post(this.#results(job));
      } catch (error) {
        // The other threads may wait at the meeting for ever: the thread of the socket ends them all.
        post({ type: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
        return;
      }
    }
  }

  /** @throws {SubnormalsError} when something in this process made the thread flush subnormals */
  #compute({ rowCount, step, firstRow, buffer, checksWeights }: TeamJob): void {
    const { network, buffers } = this.#tensors;
    const { threads, config } = this.#plan;
    assertSubnormals(this.#backend);
    if (checksWeights) this.#checkWeights();
    const first = shareBound(rowCount, this.#thread, threads);
    const last = shareBound(rowCount, this.#thread + 1, threads);
    if (last > first) {
      this.#fill(first, last);
      network.propagate(first, last, { seed: config.seed, step, firstRow });
    }
    this.#control.meet();
    network.useGradient(buffers[buffer]!.tensor);
    network.accumulate(rowCount, config.leafRows, this.#thread, threads);
    if (this.#thread === 0) this.#control.lossSum = network.propagatedLossSum(rowCount, config.leafRows);
  }

  /** This thread's share of rows to answer, which depend on no other. @throws {SubnormalsError} as `#compute` */
  #answer({ rowCount, checksWeights }: TeamJob): void {
    const { network, rows } = this.#tensors;
    const { threads, config } = this.#plan;
    assertSubnormals(this.#backend);
    if (checksWeights) this.#checkWeights();
    const first = shareBound(rowCount, this.#thread, threads);
    const last = shareBound(rowCount, this.#thread + 1, threads);
    if (last <= first) return;
    const given = { rows: rows.subarray(0, rowCount * config.dataset.featureCount), rowCount };
    answerRows({ backend: this.#backend, network, table: this.#table }, given, first, last);
  }

  /** The thread with the last share checks: its share is never the largest. */
  #checkWeights(): void {
    if (this.#thread !== this.#plan.threads - 1) return;
    this.#control.weightsChecksum = this.#backend.checksum(this.#tensors.network.weights).checksum;
  }

  /** Standardises the bytes of the rows first .. last - 1 and lays out their labels. */
  #fill(first: number, last: number): void {
    const { network, rows, labels } = this.#tensors;
    const { featureCount, classCount } = this.#plan.config.dataset;
    const inputs = network.inputs.subarray(first * featureCount, last * featureCount);
    this.#backend.lookup(inputs, rows.subarray(first * featureCount, last * featureCount), this.#table);
    fillTargets(
      targetsBetween(labels, first, last, classCount),
      classCount,
      network.labels.subarray(first * classCount, last * classCount),
    );
  }

  #results({ buffer, isAnswer }: TeamJob): TeamMessage {
    const { weightsChecksum, lossSum } = this.#control;
    if (isAnswer) return { type: 'done', checksum: '', weightsChecksum, lossSum: 0 };
    const { checksum } = this.#backend.checksum(this.#tensors.buffers[buffer]!.tensor);
    return { type: 'done', checksum, weightsChecksum, lossSum };
  }
}
