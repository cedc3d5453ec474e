import type { RunConfig } from '@lockstep/config';
import type { Backend, BackendName, SharedMemory } from '@lockstep/math';
import type { GivenRows } from '@lockstep/nn';
import type { SpanRows } from '../span-computer.ts';
import { BufferPool } from './buffer-pool.ts';
import { requireChecksum, type ComputeTeam, type TeamSum } from './compute-team.ts';
import { TeamControl, type TeamJob } from './team-control.ts';
import { teamMemory, teamTensors, type TeamPlan, type TeamTensors } from './team-memory.ts';
import type { TeamMessage } from './team-thread.ts';

type Done = Extract<TeamMessage, { type: 'done' }>;

/** A thread as the host has it, which runs a `TeamThread`. */
export interface HostThread {
  onMessage(handler: (message: TeamMessage) => void): void;
  /** It ended without being asked to. */
  onError(handler: (error: Error) => void): void;
  terminate(): void;
}

export interface ThreadTeamSetup {
  readonly config: RunConfig;
  readonly backend: BackendName;
  readonly threads: number;
  /** Starts thread number `thread` of the plan. */
  spawn(plan: TeamPlan, thread: number): HostThread;
  /** A backend for this thread on that memory, as its thread number `thread`. */
  createBackend(memory: SharedMemory, thread: number): Promise<Backend>;
}

/**
 * Threads that compute together on one copy of the weights: forward and back each on rows of its own, one meeting, then each
 * a part of every layer's gradient, so that nothing is summed between threads. The calling thread only copies and waits.
 */
export class ThreadTeam implements ComputeTeam {
  readonly threads: number;
  readonly #control: TeamControl;
  readonly #tensors: TeamTensors;
  readonly #buffers: BufferPool;
  readonly #featureCount: number;
  readonly #hosts: readonly HostThread[];
  #expectedChecksum: string | undefined;
  /** The job that the threads are at. */
  #current: { resolve(results: Done): void; reject(error: Error): void } | undefined;
  #failure: Error | undefined;

  private constructor(plan: TeamPlan, tensors: TeamTensors, hosts: readonly HostThread[]) {
    this.threads = plan.threads;
    this.#control = new TeamControl(plan.control, plan.threads);
    this.#tensors = tensors;
    this.#buffers = new BufferPool(tensors.buffers);
    this.#featureCount = plan.config.dataset.featureCount;
    this.#hosts = hosts;
  }

  /** Starts the threads; resolves when all are ready. */
  static async start(setup: ThreadTeamSetup): Promise<ThreadTeam> {
    const { config, backend, threads } = setup;
    const memory = teamMemory(backend, config, threads);
    const plan: TeamPlan = { config, memory, control: TeamControl.create(), threads };
    const tensors = teamTensors(await setup.createBackend(memory, threads), config);
    const hosts = Array.from({ length: threads }, (_, thread) => setup.spawn(plan, thread));
    const team = new ThreadTeam(plan, tensors, hosts);
    try {
      await Promise.all(hosts.map((host) => team.#started(host)));
    } catch (error) {
      team.close();
      throw error;
    }
    return team;
  }

  setWeights(weights: Float32Array, checksum: string): void {
    this.#tensors.network.weights.set(weights);
    this.#expectedChecksum = checksum;
  }

  async compute({ rows, labels, step, firstRow }: SpanRows): Promise<TeamSum> {
    this.#tensors.rows.set(rows);
    this.#tensors.labels.set(labels);
    const taken = this.#buffers.take();
    const buffer = typeof taken === 'number' ? taken : await taken;
    const job = { rowCount: rows.length / this.#featureCount, isAnswer: false, step, firstRow, buffer };
    const { checksum, lossSum } = await this.#have(job);
    return {
      buffer: this.#buffers.buffer(buffer),
      lossSum,
      checksum,
      release: () => this.#buffers.give(buffer),
    };
  }

  async answer({ rows, rowCount }: GivenRows): Promise<Float32Array> {
    this.#tensors.rows.set(rows);
    await this.#have({ rowCount, isAnswer: true, step: 0, firstRow: 0, buffer: 0 });
    return this.#tensors.network.outputsOf(rowCount).slice();
  }

  /** Has the threads do a job. @throws {WeightsError} when new weights arrived with other bits */
  async #have(job: Omit<TeamJob, 'checksWeights'>): Promise<Done> {
    const expected = this.#expectedChecksum;
    this.#expectedChecksum = undefined;
    if (this.#failure !== undefined) throw this.#failure;
    const done = new Promise<Done>((resolve, reject) => (this.#current = { resolve, reject }));
    this.#control.post({ ...job, checksWeights: expected !== undefined });
    const results = await done;
    if (expected !== undefined) requireChecksum(results.weightsChecksum, expected);
    return results;
  }

  close(): void {
    this.#control.end();
    for (const host of this.#hosts) host.terminate();
  }

  /** Listens to a thread from here on; resolves when it is ready, rejects when it fails first. */
  #started(host: HostThread): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        reject(error);
        this.#fail(error);
      };
      host.onError(fail);
      host.onMessage((message) => {
        if (message.type === 'failed') fail(message.error);
        else if (message.type === 'ready') resolve();
        else this.#current?.resolve(message);
      });
    });
  }

  /** A team that misses a thread computes nothing any more: this span and those that follow reject. */
  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.close();
    this.#current?.reject(error);
  }
}
